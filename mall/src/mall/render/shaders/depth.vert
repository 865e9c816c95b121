in vec3 in_place;
uniform mat4 into;

void main() {
    gl_Position = into * vec4(in_place, 1.0);
}
