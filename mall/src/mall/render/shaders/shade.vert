in vec2 in_corner;
uniform mat4 into;
uniform vec3 foot;
out vec2 at;

void main() {
    at = in_corner * 0.5 + 0.5;
    gl_Position = into * vec4(foot.xy + in_corner * foot.z, 0.0, 1.0);
}
