in vec2 at;
uniform sampler2D picture;
uniform float layer;
uniform float layers;
out vec4 left;

void main() {
    left = vec4(texture(picture, vec2(at.x, (at.y + layer) / layers)).r);
}
