// Small pictures of the stage for the view of the speaker: the stage now, and the next beat as it stood when it was last seen.

const WIDTH = 480;
const FRAMES_PER_SECOND = 4;

/** Pictures of `canvas` while a speaker is there. */
export function createStills(canvas) {
  const beats = new Map(); // a picture per beat, by title and number
  let video = null; // the canvas as a film: unlike the canvas itself it can be read after a frame, too

  function start() {
    if (video || !canvas.captureStream) return;
    video = Object.assign(document.createElement("video"), { muted: true, playsInline: true });
    video.srcObject = canvas.captureStream(FRAMES_PER_SECOND);
    video.play().catch(() => {}); // a browser without pictures goes on without them
  }

  function stop() {
    video?.srcObject.getTracks().forEach((track) => track.stop());
    video = null;
  }

  /** The last frame as a JPEG; null before the first one. */
  async function grab() {
    if (!video || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || !video.videoWidth) return null;
    const small = document.createElement("canvas");
    small.width = WIDTH;
    small.height = Math.max(1, Math.round(WIDTH * video.videoHeight / video.videoWidth));
    small.getContext("2d").drawImage(video, 0, 0, small.width, small.height);
    return new Promise((done) => { small.toBlob(done, "image/jpeg", 0.8); });
  }

  return {
    start,
    stop,
    /** The pictures for a talk: of now, and of the next beat if it was seen before. */
    async pictures(talk, isHidden) {
      // A stage that nobody sees is not drawn, so that its last frame may be that of another beat.
      const now = isHidden ? null : await grab();
      const name = (beat) => `${talk.title}/${beat}`;
      const isItself = !talk.plays && !talk.is_changed && !talk.blank && !talk.at_end;
      if (now && isItself) beats.set(name(talk.beat), now);
      return { now, next: beats.get(name(talk.beat + 1)) ?? null };
    },
  };
}
