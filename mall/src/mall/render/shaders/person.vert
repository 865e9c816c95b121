in vec3 in_place;
in vec3 in_normal;
in vec3 in_outward;
in vec2 in_uv;
in vec3 in_colour;
in float in_open;
layout(std140) uniform Scene { mat4 view; vec4 eye; vec4 exposure; };
layout(std140) uniform Actor { vec4 cube[6]; vec4 lamp_at[4]; vec4 lamp_power[4]; mat4 shadow; vec4 tile; };
out vec3 place;
out vec3 normal;
out vec3 outward;
out vec2 uv;
out vec3 colour;
out float open;
out vec3 shaded;

void main() {
    place = in_place;
    normal = in_normal;
    outward = in_outward;
    uv = in_uv;
    colour = in_colour;
    open = in_open;
    shaded = (shadow * vec4(in_place, 1.0)).xyz * 0.5 + 0.5;
    gl_Position = view * vec4(in_place, 1.0);
}
