in vec2 at;
uniform sampler2D picture;
uniform vec2 range;
out vec4 light;

void main() {
    light = vec4(0.0);
    // From metres along the axis to what the depth buffer holds.
    float d = max(texture(picture, at).r, range.x * 1.001);
    gl_FragDepth = clamp((range.y + range.x - 2.0 * range.y * range.x / d) / (range.y - range.x) * 0.5 + 0.5, 0.0, 1.0);
}
