in vec3 in_place;
uniform mat4 into;
out float height;

void main() {
    height = in_place.z;
    gl_Position = into * vec4(in_place, 1.0);
}
