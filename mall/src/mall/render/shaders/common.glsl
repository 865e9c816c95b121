// Light in the mall: an ambient cube around the person and the four nearest lamps, panels that look down.
// The same code lights pixels, or vertices where SOFT is defined.
layout(std140) uniform Scene { mat4 view; vec4 eye; vec4 exposure; };
layout(std140) uniform Actor { vec4 cube[6]; vec4 lamp_at[4]; vec4 lamp_power[4]; mat4 shadow; vec4 tile; };
uniform sampler2D shadows;

vec3 around(vec3 n) {
    vec3 w = n * n;
    return w.x * cube[n.x < 0.0 ? 1 : 0].rgb + w.y * cube[n.y < 0.0 ? 3 : 2].rgb + w.z * cube[n.z < 0.0 ? 5 : 4].rgb;
}

// What a lamp sends to a place: direction and irradiance over pi, before the surface's own cosine.
vec3 lamp(int i, vec3 place, out vec3 way) {
    vec3 to = lamp_at[i].xyz - place;
    float far2 = dot(to, to);
    way = to * inversesqrt(far2);
    return lamp_power[i].rgb * max(way.z, 0.0) / (far2 + lamp_at[i].w);
}

vec2 turned(vec2 a) { return vec2(-0.737 * a.x - 0.675 * a.y, 0.675 * a.x - 0.737 * a.y); }

// How much of the lamps' light arrives: a soft look-up of the person's own depth map from above.
float lit(vec3 place, float slope, float turn) {
    if (tile.z <= 0.0) return 1.0;
    vec3 at = (shadow * vec4(place, 1.0)).xyz * 0.5 + 0.5;
    vec2 base = at.xy * tile.z + tile.xy;
    vec2 spin = vec2(cos(turn), sin(turn));
    float depth = at.z - tile.w * (1.0 + 2.0 * slope);
    float gap = 0.0, hits = 0.0;
    for (int i = 0; i < 5; i++) {
        float d = depth - textureLod(shadows, base + spin * (0.010 * float(i) * tile.z), 0.0).r;
        if (d > 0.0) { gap += d; hits += 1.0; }
        spin = turned(spin);
    }
    if (hits == 0.0) return 1.0;
    float wide = clamp(gap / hits * 0.55, 0.008, 0.06) * tile.z;
    float free = 0.0;
    for (int i = 0; i < 9; i++) {
        vec2 o = spin * (wide * sqrt((float(i) + 0.5) / 9.0));
        float d = depth - textureLod(shadows, base + o, 0.0).r;
        free += 1.0 - smoothstep(-0.002, 0.006, d);
        spin = turned(spin);
    }
    return free / 9.0;
}

float lobe(float c, float power) { return (power + 2.0) * 0.125 * pow(max(c, 0.0), power); }

#ifdef HAIR
// Strands: `t` runs along them, `n` out of the mass.
void lighting(vec3 place, vec3 t, vec3 n, float open, float turn, out vec3 dull, out vec3 shine) {
    vec3 v = normalize(eye.xyz - place);
    float tv = dot(t, v), sv = sqrt(max(1.0 - tv * tv, 0.0));
    float free = lit(place, 1.0, turn);
    float deep = mix(0.30, 1.0, sqrt(max(open, 0.0))) * (0.55 + 0.45 * open);
    dull = around(n) * deep;
    shine = vec3(0.0);
    for (int i = 0; i < 4; i++) {
        vec3 l;
        vec3 power = lamp(i, place, l) * (0.35 + 0.65 * free) * deep;
        float tl = dot(t, l), across = sqrt(max(1.0 - tl * tl, 0.0));
        float bulk = clamp(dot(n, l) * 0.6 + 0.5, 0.0, 1.0);
        float gleam = across * sv - tl * tv;
        // The first lobe is white and leans to the tip, the second takes the strand's colour.
        float first = pow(max(gleam - 0.03, 0.0), 70.0), second = pow(max(gleam + 0.02, 0.0), 16.0);
        float through = pow(max(-dot(v, l), 0.0), 3.0) * 0.5;
        dull += power * ((0.40 + 0.60 * across + 1.1 * second) * bulk + through);
        shine += power * (0.13 * first * bulk);
    }
}
#else
void lighting(vec3 place, vec3 n, vec3 unused, float open, float turn, out vec3 dull, out vec3 shine) {
    vec3 v = normalize(eye.xyz - place);
    float nv = clamp(abs(dot(n, v)), 0.0, 1.0);
    float rim = pow(1.0 - nv, 4.0);
    float free = lit(place, 1.0 - abs(n.z), turn);
    float deep = open * (0.45 + 0.55 * open);
    vec3 air = around(n) * deep;
  #ifdef SKIN
    // Light that wanders in skin reddens what lies in the shade.
    dull = air * mix(vec3(1.12, 0.88, 0.80), vec3(1.0), open);
    shine = (0.020 + 0.22 * rim) * around(reflect(-v, n)) * deep;
  #elif defined(CLOTH)
    dull = air * (1.0 + 0.35 * rim);
    shine = 0.012 * rim * air;
  #elif defined(LEATHER)
    dull = air;
    shine = (0.035 + 0.45 * rim) * around(reflect(-v, n)) * open;
  #elif defined(METAL)
    dull = air * 0.25 + 0.9 * around(reflect(-v, n)) * open;
    shine = vec3(0.0);
  #else
    dull = air;
    shine = (0.04 + 0.4 * rim) * around(reflect(-v, n)) * open;
  #endif
    for (int i = 0; i < 4; i++) {
        vec3 l;
        vec3 power = lamp(i, place, l) * free;
        float nl = dot(n, l), face = max(nl, 0.0);
        float nh = dot(n, normalize(l + v));
  #ifdef SKIN
        vec3 wrap = vec3(0.38, 0.20, 0.14);
        vec3 soft = max((vec3(nl) + wrap) / (1.0 + wrap), 0.0);
        dull += power * soft * mix(vec3(1.0), soft, 0.2) * deep;
        shine += power * (0.6 * lobe(nh, 10.0) + 0.4 * lobe(nh, 38.0)) * face * (0.028 + 0.2 * rim) * open;
  #elif defined(CLOTH)
        dull += power * (max((nl + 0.15) / 1.15, 0.0) + 0.25 * rim * max(nl + 0.3, 0.0)) * deep;
  #elif defined(LEATHER)
        dull += power * face * deep;
        shine += power * lobe(nh, 40.0) * face * (0.05 + 0.4 * rim) * open;
  #elif defined(METAL)
        dull += power * lobe(nh, 90.0) * face * open;
  #else
        dull += power * max((nl + 0.3) / 1.3, 0.0) * deep;
        shine += power * lobe(nh, 300.0) * face * 0.05 * open;
  #endif
    }
}
#endif
