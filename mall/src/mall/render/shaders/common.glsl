// Light in the mall: an ambient cube around the person and the four nearest lamps, panels that look down.
layout(std140) uniform Scene { mat4 view; vec4 eye; vec4 exposure; };
layout(std140) uniform Actor { vec4 cube[6]; vec4 lamp_at[4]; vec4 lamp_power[4]; mat4 shadow; vec4 tile; };
uniform sampler2D picture;
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

// How much of the lamps' light arrives: a soft look-up of the person's own depth map from above.
float lit(vec3 at, float slope) {
    if (tile.z <= 0.0) return 1.0;
    vec2 base = at.xy * tile.z + tile.xy;
    float turn = 6.2831853 * fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
    vec2 spin = vec2(cos(turn), sin(turn));
    float bias = tile.w * (1.0 + 2.0 * slope);
    float gap = 0.0, hits = 0.0;
    for (int i = 0; i < 4; i++) {
        vec2 o = spin * (0.012 * (float(i) + 0.5));
        float d = at.z - bias - texture(shadows, base + o * tile.z).r;
        if (d > 0.0) { gap += d; hits += 1.0; }
        spin = vec2(-0.737 * spin.x - 0.675 * spin.y, 0.675 * spin.x - 0.737 * spin.y);
    }
    if (hits == 0.0) return 1.0;
    float wide = clamp(gap / hits * 0.55, 0.006, 0.06);
    float free = 0.0;
    for (int i = 0; i < 8; i++) {
        vec2 o = spin * (wide * sqrt((float(i) + 0.5) / 8.0));
        free += step(at.z - bias - texture(shadows, base + o * tile.z).r, 0.0);
        spin = vec2(-0.737 * spin.x - 0.675 * spin.y, 0.675 * spin.x - 0.737 * spin.y);
    }
    return free / 8.0;
}
