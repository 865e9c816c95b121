in vec3 place;
in vec3 normal;
in vec3 outward;
in vec2 uv;
in vec3 colour;
in float open;
in vec3 shaded;
out vec4 light;
#ifdef PANE
uniform sampler2D panes;  // metres along the axis to the first glass
#endif

float lobe(float c, float power) { return (power + 2.0) * 0.125 * pow(max(c, 0.0), power); }

void main() {
    vec3 base = colour;
#ifdef TEXTURED
    base *= texture(picture, uv).rgb;
#endif
    vec3 v = normalize(eye.xyz - place);
    vec3 sum = vec3(0.0);
#ifdef HAIR
    vec3 t = normalize(normal);
    vec3 n = normalize(outward);
    float tv = dot(t, v);
    float slope = 0.5;
#else
    vec3 n = normalize(normal);
    if (!gl_FrontFacing) n = -n;
    float nv = dot(n, v);
    float slope = 1.0 - abs(n.z);
    float rim = pow(1.0 - clamp(nv, 0.0, 1.0), 4.0);
#endif
    float free = lit(shaded, slope);
    float deep = open * (0.35 + 0.65 * open);
#ifdef SKIN
    vec3 air = around(n) * mix(base * vec3(1.0, 0.72, 0.62), vec3(1.0), deep);
    sum += base * air * deep;
    sum += (0.022 + 0.25 * rim) * around(reflect(-v, n)) * deep;
#elif defined(CLOTH)
    sum += base * around(n) * deep;
    sum += (0.35 * base + 0.015) * rim * around(n) * deep;
#elif defined(LEATHER)
    sum += base * around(n) * deep + (0.035 + 0.5 * rim) * around(reflect(-v, n)) * open;
#elif defined(METAL)
    sum += base * (0.25 * around(n) + 0.9 * around(reflect(-v, n))) * open;
#elif defined(EYE)
    sum += base * around(n) * deep + (0.04 + 0.4 * rim) * around(reflect(-v, n)) * open;
#elif defined(HAIR)
    sum += base * around(n) * deep * 0.9;
#endif
    for (int i = 0; i < 4; i++) {
        vec3 l;
        vec3 power = lamp(i, place, l) * free;
#ifdef HAIR
        float tl = dot(t, l), nl = dot(n, l);
        float across = sqrt(max(1.0 - tl * tl, 0.0));
        float bulk = clamp(nl * 0.7 + 0.45, 0.0, 1.0);
        float shine = sqrt(max(1.0 - tl * tl, 0.0)) * sqrt(max(1.0 - tv * tv, 0.0)) - tl * tv;
        // The first lobe is white and leans to the tip, the second takes the strand's colour.
        float first = pow(max(shine - 0.04, 0.0), 60.0), second = pow(max(shine + 0.02, 0.0), 14.0);
        vec3 through = base * pow(max(dot(-v, l), 0.0), 3.0) * 0.6;
        sum += power * deep * (base * (0.35 + 0.65 * across) * bulk + (0.16 * first + 0.8 * second * base) * bulk + through);
#else
        float nl = dot(n, l);
        vec3 h = normalize(l + v);
        float nh = dot(n, h);
  #ifdef SKIN
        vec3 wrap = vec3(0.36, 0.20, 0.14);
        vec3 soft = max((vec3(nl) + wrap) / (1.0 + wrap), 0.0);
        soft = soft * mix(vec3(1.0), soft, 0.25);
        sum += power * base * soft * deep;
        float sheen = 0.6 * lobe(nh, 10.0) + 0.4 * lobe(nh, 38.0);
        sum += power * sheen * max(nl, 0.0) * (0.030 + 0.2 * rim) * open;
  #elif defined(CLOTH)
        sum += power * base * max((nl + 0.12) / 1.12, 0.0) * deep;
        sum += power * base * 0.25 * rim * max(nl + 0.3, 0.0) * deep;
  #elif defined(LEATHER)
        sum += power * (base * max(nl, 0.0) * deep + lobe(nh, 40.0) * max(nl, 0.0) * (0.05 + 0.4 * rim) * open);
  #elif defined(METAL)
        sum += power * base * lobe(nh, 90.0) * max(nl, 0.0) * open;
  #elif defined(EYE)
        sum += power * (base * max((nl + 0.3) / 1.3, 0.0) * deep + lobe(nh, 300.0) * max(nl, 0.0) * 0.04 * open);
  #endif
#endif
    }
    sum *= exposure.x;
#ifdef PANE
    // Behind glass: a little of the light stays in the pane, a little of the hall lies on it.
    if (1.0 / gl_FragCoord.w > texelFetch(panes, ivec2(gl_FragCoord.xy), 0).r) sum = sum * 0.86 + 0.018;
#endif
#ifdef MIRROR
    float stays = exp(-max(dot(exposure.yzw, vec3(place.z, place.y, 1.0)), 0.0));
    light = vec4(sum * stays, stays);
#else
    light = vec4(sum, 1.0);
#endif
}
