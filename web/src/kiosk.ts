// The kiosk: pictures from the browser's camera go into the form's own file field, so that the form is sent as it is
// without scripts. Nothing is kept: what was taken lies in the page until it is left.
const BETWEEN = 700; // milliseconds between two pictures
const COUNT_FROM = 3;
const QUALITY = 0.9;

function byId<T extends HTMLElement>(id: string): T | null {
  return document.getElementById(id) as T | null;
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((done) => {
    window.setTimeout(done, milliseconds);
  });

async function still(video: HTMLVideoElement): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  return new Promise((done, failed) => {
    canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/jpeg", QUALITY);
  });
}

function show(shots: HTMLElement, pictures: readonly Blob[]): void {
  for (const image of shots.querySelectorAll("img")) URL.revokeObjectURL(image.src);
  shots.replaceChildren(
    ...pictures.map((picture) => {
      const image = new Image();
      image.src = URL.createObjectURL(picture);
      return image;
    }),
  );
}

async function open(booth: HTMLElement): Promise<void> {
  const video = byId<HTMLVideoElement>("mirror");
  const field = byId<HTMLInputElement>("pictures");
  const shoot = byId<HTMLButtonElement>("shoot");
  const send = byId<HTMLButtonElement>("send");
  const shots = byId("shots");
  const said = byId("booth-said");
  const count = byId("countdown");
  const files = byId("files");
  if (!video || !field || !shoot || !send || !shots || !said || !count || !files) return;
  const say = (key: string): void => {
    said.textContent = booth.dataset[key] ?? "";
  };
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "user", width: { ideal: 1280 }, height: { ideal: 720 } },
      audio: false,
    });
  } catch {
    const hint = byId("pictures-hint"); // the file field is there anyway
    if (hint) hint.textContent = `${booth.dataset["none"] ?? ""} ${hint.textContent ?? ""}`;
    return;
  }
  video.srcObject = stream;
  booth.hidden = false;
  files.hidden = true;
  send.disabled = true;
  window.addEventListener("pagehide", () => {
    for (const track of stream.getTracks()) track.stop();
  });
  const wanted = Number(booth.dataset["wanted"] ?? "1");
  shoot.addEventListener("click", () => {
    void (async () => {
      shoot.disabled = true;
      send.disabled = true;
      say("looking");
      show(shots, []);
      for (let n = COUNT_FROM; n > 0; n--) {
        count.textContent = String(n);
        await pause(BETWEEN);
      }
      count.textContent = "";
      const taken: File[] = [];
      for (let n = 0; n < wanted; n++) {
        taken.push(new File([await still(video)], `${n + 1}.jpg`, { type: "image/jpeg" }));
        show(shots, taken);
        await pause(BETWEEN);
      }
      const transfer = new DataTransfer();
      for (const picture of taken) transfer.items.add(picture);
      field.files = transfer.files;
      say("ready");
      shoot.disabled = false;
      send.disabled = false;
      send.focus();
    })();
  });
}

const booth = byId("booth");
if (booth) void open(booth);

// Whoever comes next does not see who was there before.
const idle = Number(document.body.dataset["idle"] ?? "0") * 1000;
if (idle) {
  let waiting = 0;
  const begin = (): void => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => window.location.replace("/kiosk"), idle);
  };
  for (const kind of ["pointerdown", "pointermove", "keydown", "scroll", "input"]) {
    document.addEventListener(kind, begin, { passive: true, capture: true });
  }
  begin();
}

// A receipt's QR code carries the code behind `#`, which no server is sent.
const code = byId<HTMLInputElement>("receipt-code");
if (code && window.location.hash.length > 1) {
  code.value = decodeURIComponent(window.location.hash.slice(1));
  window.history.replaceState(null, "", window.location.pathname);
}

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
