in vec2 uv;
in vec3 colour;
#ifdef SOFT
in vec3 gleam;
#else
in vec3 place;
in vec3 normal;
in vec3 outward;
in float open;
#endif
#ifdef MIRROR
in float stays;
#endif
uniform sampler2D picture;
#ifdef PANE
uniform sampler2D panes;  // metres along the axis to the first glass
#endif
out vec4 light;

void main() {
    vec3 base = colour;
#ifdef TEXTURED
    base *= texture(picture, uv).rgb;
#endif
#ifdef SOFT
    vec3 sum = base + gleam;
#else
    vec3 n = normalize(normal);
  #ifndef HAIR
    if (!gl_FrontFacing) n = -n;
  #endif
    float turn = 6.2831853 * fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
    vec3 dull, shine;
    lighting(place, n, normalize(outward), open, turn, dull, shine);
    vec3 sum = base * dull + shine;
#endif
    sum *= exposure.x;
#ifdef PANE
    // Behind glass: a little of the light stays in the pane, a little of the hall lies on it.
    if (1.0 / gl_FragCoord.w > texelFetch(panes, ivec2(gl_FragCoord.xy), 0).r) sum = sum * 0.86 + 0.018;
#endif
#ifdef MIRROR
    light = vec4(sum * stays, stays);
#else
    light = vec4(sum, 1.0);
#endif
}
