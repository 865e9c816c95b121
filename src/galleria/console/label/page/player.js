// The clip, frame by frame. Knows nothing of labels.

const SPEEDS = [0.1, 0.25, 0.5, 1, 1.5, 2, 4];

export function clockText(seconds) {
  const hundredths = Math.round(seconds * 100);
  const text = `${Math.floor(hundredths / 100) % 60}`.padStart(2, "0");
  return `${Math.floor(hundredths / 6000)}:${text}.${`${hundredths % 100}`.padStart(2, "0")}`;
}

export class Player {
  /** `times` are the frames' times on the video's clock; `onFrame` is called whenever another frame is shown. */
  constructor(video, times, onFrame) {
    this.video = video;
    this.times = times;
    this.shown = 0;
    this.wanted = null;
    this.speed = SPEEDS.indexOf(1);
    const watch = (_, frame) => {
      this.shown = this.#at(frame.mediaTime);
      onFrame();
      video.requestVideoFrameCallback(watch);
    };
    if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(watch);
    else video.addEventListener("timeupdate", () => watch(0, { mediaTime: video.currentTime }));
    video.addEventListener("seeked", () => {
      // Somebody who holds a key down asks faster than frames come: go on to where they are by now.
      if (this.wanted !== null && this.#at(video.currentTime) !== this.wanted) this.#seek();
      else {
        this.wanted = null;
        this.shown = this.#at(video.currentTime);
      }
      onFrame();
    });
    for (const name of ["play", "pause", "ended"]) video.addEventListener(name, onFrame);
    this.onFrame = onFrame;
  }

  /** Index of the frame that is shown, or that was asked for and comes next. */
  get index() {
    return this.wanted ?? this.shown;
  }

  get seconds() {
    return this.times[this.index];
  }

  get rate() {
    return SPEEDS[this.speed];
  }

  toggle() {
    if (this.video.paused) this.video.play();
    else this.video.pause();
  }

  faster(steps) {
    this.speed = Math.max(0, Math.min(SPEEDS.length - 1, this.speed + steps));
    this.video.playbackRate = this.rate;
    this.onFrame();
  }

  step(frames) {
    this.show(this.index + frames);
  }

  /** Show the frame nearest to this time: files may round times down, out of their frame. */
  jump(seconds) {
    const before = this.#at(seconds);
    const after = Math.min(before + 1, this.times.length - 1);
    this.show(this.times[after] - seconds < seconds - this.times[before] ? after : before);
  }

  show(index) {
    this.video.pause();
    this.wanted = Math.max(0, Math.min(this.times.length - 1, index));
    if (!this.video.seeking) this.#seek();
    this.onFrame();
  }

  #seek() {
    // The middle of a frame's time: its very beginning may be rounded into the frame before.
    const start = this.times[this.wanted];
    const end = this.times[this.wanted + 1] ?? start + 0.02;
    this.video.currentTime = (start + end) / 2;
  }

  /** The last frame that begins at `seconds` or before. */
  #at(seconds) {
    let low = 0;
    let high = this.times.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.times[middle] <= seconds + 0.0005) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
