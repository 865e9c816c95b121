in float height;
out vec4 bands;

void main() {
    bands = vec4(1.0 - step(0.14, height), step(0.12, height) * (1.0 - step(0.56, height)),
                 step(0.54, height) * (1.0 - step(1.2, height)), step(1.18, height));
}
