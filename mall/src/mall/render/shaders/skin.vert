in vec3 in_place;
in vec3 in_normal;
in vec3 in_outward;
in uvec4 in_bones;
in vec4 in_weights;
layout(std140) uniform Bones { mat4 bones[256]; };
out vec3 place;
out vec3 normal;
out vec3 outward;

void main() {
    mat4 m = bones[in_bones.x] * in_weights.x + bones[in_bones.y] * in_weights.y
           + bones[in_bones.z] * in_weights.z + bones[in_bones.w] * in_weights.w;
    place = (m * vec4(in_place, 1.0)).xyz;
    normal = mat3(m) * in_normal;
    outward = mat3(m) * in_outward;
}
