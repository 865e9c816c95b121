in vec3 in_place;
in vec3 in_normal;
in vec3 in_outward;
in vec2 in_uv;
in vec3 in_colour;
in float in_open;
out vec2 uv;
out vec3 colour;
#ifdef SOFT
out vec3 gleam;
#else
out vec3 place;
out vec3 normal;
out vec3 outward;
out float open;
#endif
#ifdef MIRROR
out float stays;
#endif

void main() {
    uv = in_uv;
    gl_Position = view * vec4(in_place, 1.0);
#ifdef SOFT
    vec3 n = normalize(in_normal);
  #if defined(BOTH) && !defined(HAIR)
    if (dot(n, eye.xyz - in_place) < -0.15 * length(eye.xyz - in_place)) n = -n;
  #endif
    vec3 dull;
    lighting(in_place, n, normalize(in_outward), in_open, 1.7, dull, gleam);
    colour = in_colour * dull;
#else
    place = in_place;
    normal = in_normal;
    outward = in_outward;
    colour = in_colour;
    open = in_open;
#endif
#ifdef MIRROR
    stays = exp(-max(dot(exposure.yz, vec2(in_place.z, in_place.y)), 0.0));
#endif
}
