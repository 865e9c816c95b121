// What the site is doing now, as the API tells it.

export interface Dot {
  track: number;
  x: number;
  y: number;
}
export interface CameraNow {
  camera: string;
  state: string;
  reason: string;
  frame_time: number | null;
  dots: Dot[];
  zones: Record<string, number>;
  crossings: Record<string, { came: number; went: number }>;
}
export interface SiteNow {
  time: number;
  day: string;
  occupancy: { value: number; error: number };
  cameras: CameraNow[];
}
export interface Crossed {
  camera: string;
  tripwire: string;
  direction: "in" | "out";
}
/** The stream's short form of the same. */
interface Brief {
  time: number;
  day: string;
  occupancy: { value: number; error: number };
  cameras: Record<
    string,
    {
      state: string;
      reason: string;
      frame_time: number | null;
      dots: [number, number, number][];
      zones: Record<string, number>;
      crossings: Record<string, [number, number]>;
    }
  >;
}

function whole(brief: Brief): SiteNow {
  const cameras = Object.entries(brief.cameras).map(([camera, one]) => ({
    ...one,
    camera,
    dots: one.dots.map(([track, x, y]) => ({ track, x, y })),
    crossings: Object.fromEntries(Object.entries(one.crossings).map(([line, [came, went]]) => [line, { came, went }])),
  }));
  return { ...brief, cameras };
}

export interface Listener {
  now(site: SiteNow): void;
  crossed(crossing: Crossed): void;
  lost(): void;
}

const ASK = 1000; // milliseconds between pictures where the stream brings none

/** Listen until `close` is called; a lost connection is made anew by itself. */
export class Listening {
  private stream: EventSource | null = null;
  private asking = 0;
  private brought = 0;
  private retry = 0;
  private closed = false;

  constructor(private readonly to: Listener) {
    this.open();
    this.asking = window.setInterval(() => void this.ask(), ASK);
    void this.ask();
  }

  close(): void {
    this.closed = true;
    this.stream?.close();
    clearInterval(this.asking);
    clearTimeout(this.retry);
  }

  private open(): void {
    if (this.closed) return;
    const stream = new EventSource("/api/v1/live/events");
    this.stream = stream;
    stream.addEventListener("live", (event) => {
      this.brought = Date.now();
      this.to.now(whole(JSON.parse((event as MessageEvent<string>).data) as Brief));
    });
    stream.addEventListener("crossing", (event) => {
      this.to.crossed(JSON.parse((event as MessageEvent<string>).data) as Crossed);
    });
    stream.addEventListener("error", () => {
      this.to.lost();
      // The browser tries again by itself, except after an answer that was no stream.
      if (stream.readyState === EventSource.CLOSED && !this.closed) {
        clearTimeout(this.retry);
        this.retry = window.setTimeout(() => this.open(), 3000);
      }
    });
  }

  /** Fetch a picture of now, unless the stream brought one lately. */
  private async ask(): Promise<void> {
    if (Date.now() - this.brought < 3 * ASK) return;
    try {
      const answer = await fetch("/api/v1/live", { cache: "no-store" });
      if (answer.status === 401) location.reload(); // signed out meanwhile
      if (answer.ok && !this.closed) this.to.now((await answer.json()) as SiteNow);
    } catch {
      this.to.lost();
    }
  }
}
