// Tracks of one camera as dots with short fading trails. Bounded: what is no longer followed leaves at once.
import type { Dot } from "./now.ts";

const SVG = "http://www.w3.org/2000/svg";
const LONG = 6000; // milliseconds of trail
const AGES = 3;

interface Track {
  dot: SVGCircleElement;
  parts: SVGPathElement[];
  past: { x: number; y: number; at: number }[];
}

export class Trails {
  private readonly tracks = new Map<number, Track>();

  constructor(
    private readonly dots: SVGGElement,
    private readonly tails: SVGGElement,
  ) {
    dots.replaceChildren();
    tails.replaceChildren();
  }

  /** Show where the tracks are at a time (milliseconds); positions are shares of the picture. */
  show(dots: readonly Dot[], at: number): void {
    const here = new Set<number>();
    for (const { track, x, y } of dots) {
      here.add(track);
      const one = this.tracks.get(track) ?? this.enter(track);
      // The dot glides to where it is now; its trail ends where it was, or it would run ahead.
      this.trail(one, at);
      one.past.push({ x, y, at });
      while (one.past[0] && at - one.past[0].at > LONG) one.past.shift();
      one.dot.setAttribute("cx", `${(100 * x).toFixed(2)}%`);
      one.dot.setAttribute("cy", `${(100 * y).toFixed(2)}%`);
    }
    for (const [track, one] of this.tracks) {
      if (here.has(track)) continue;
      one.dot.remove();
      for (const part of one.parts) part.remove();
      this.tracks.delete(track);
    }
  }

  private enter(track: number): Track {
    const dot = document.createElementNS(SVG, "circle");
    dot.setAttribute("class", "track");
    dot.setAttribute("r", "6");
    const parts = Array.from({ length: AGES }, (_, age) => {
      const part = document.createElementNS(SVG, "path");
      part.setAttribute("class", `trail age-${age}`);
      return part;
    });
    this.dots.append(dot);
    this.tails.append(...parts);
    const one = { dot, parts, past: [] };
    this.tracks.set(track, one);
    return one;
  }

  private trail(one: Track, at: number): void {
    one.parts.forEach((part, age) => {
      const newest = (age * LONG) / AGES;
      const oldest = ((age + 1) * LONG) / AGES;
      // Parts share the point where they meet.
      const from = one.past.findIndex((p) => at - p.at <= oldest);
      const to = one.past.findLastIndex((p) => at - p.at >= newest);
      const points = from < 0 || to < from ? [] : one.past.slice(Math.max(from - 1, 0), to + 1);
      part.setAttribute("d", points.length > 1 ? `M${points.map((p) => `${(1000 * p.x).toFixed(1)} ${(1000 * p.y).toFixed(1)}`).join("L")}` : "");
    });
  }
}
