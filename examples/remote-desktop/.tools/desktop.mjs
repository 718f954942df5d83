// A remote desktop to try the app with, for Node.js: `node desktop.mjs [--port 5900] [--host ADDRESS] [--meeting URL]`.
//
// It has a window in which the app is to show the meeting. The window can be dragged and minimized in the picture; typed,
// `move X Y`, `size WIDTH HEIGHT`, `minimize`, `restore`, `go URL` and `close` do so as well. What the user does is printed.
// It speaks RFB 3.8 with the app's own format of pixels only, and shows everybody the same desktop.

import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "5900" },
    host: { type: "string" },
    meeting: { type: "string", default: "https://meet.jit.si/" },
  },
});

const [WIDTH, HEIGHT] = [1024, 640];
const [BAR, TITLE] = [44, 34];
const WINDOW = 0x494e5355;

/** The window of the meeting, with its title bar. */
const meeting = { x: 420, y: 120, width: 480, height: 334, url: values.meeting, visible: true, closed: false };
const titleBar = () => ({ ...meeting, height: TITLE });
const content = () => ({ x: meeting.x, y: meeting.y + TITLE, width: meeting.width, height: meeting.height - TITLE });
const button = () => ({ x: meeting.x + meeting.width - 30, y: meeting.y + 9, width: 16, height: 16 });
const icon = { x: 66, y: HEIGHT - BAR + 8, width: 28, height: 28 };
const isIn = ({ x, y, width, height }, px, py) => px >= x && py >= y && px < x + width && py < y + height;

// --- The picture -----------------------------------------------------------------------------------------------------

const wallpaper = Buffer.alloc(WIDTH * HEIGHT * 4);
const picture = Buffer.alloc(WIDTH * HEIGHT * 4);
const mix = (one, two, part) => one.map((value, index) => Math.round(value + (two[index] - value) * part));

function paintWallpaper() {
  const hills = [
    [0.52, 70, 0.006, 0.4, [88, 104, 176]],
    [0.64, 50, 0.009, 2.1, [66, 78, 146]],
    [0.78, 36, 0.013, 4.4, [46, 54, 110]],
  ];
  for (let y = 0; y < HEIGHT; y++) {
    const sky = mix([253, 214, 178], [126, 132, 206], Math.min(y / (HEIGHT * 0.6), 1));
    for (let x = 0; x < WIDTH; x++) {
      let colour = sky;
      for (const [height, swing, pace, shift, hill] of hills) {
        if (y > HEIGHT * height + Math.sin(x * pace + shift) * swing) colour = hill;
      }
      wallpaper.set(colour, (y * WIDTH + x) * 4);
    }
  }
}

/** A box with round corners, on whatever is there. */
function box({ x, y, width, height }, colour, radius = 0) {
  for (let row = Math.max(y, 0); row < Math.min(y + height, HEIGHT); row++) {
    for (let column = Math.max(x, 0); column < Math.min(x + width, WIDTH); column++) {
      const [dx, dy] = [Math.max(x + radius - column, column - x - width + radius + 1, 0), Math.max(y + radius - row, row - y - height + radius + 1, 0)];
      if (dx * dx + dy * dy <= radius * radius || !dx || !dy) picture.set(colour, (row * WIDTH + column) * 4);
    }
  }
}

function paint() {
  wallpaper.copy(picture);
  box({ x: 70, y: 60, width: 300, height: 380 }, [250, 250, 252], 10);
  for (let line = 0; line < 11; line++) {
    const width = [180, 240, 225, 250, 120, 0, 235, 246, 210, 240, 90][line];
    box({ x: 96, y: 96 + line * 28, width, height: line ? 9 : 16 }, line ? [196, 200, 214] : [68, 83, 196], 4);
  }
  box({ x: 0, y: HEIGHT - BAR, width: WIDTH, height: BAR }, [31, 35, 48]);
  [[155, 227, 196], [68, 83, 196], [242, 166, 90], [232, 121, 147]].forEach((colour, index) => {
    box({ ...icon, x: 24 + index * 42 }, colour, 8);
  });
  if (meeting.visible && !meeting.closed) {
    const frame = { x: meeting.x - 1, y: meeting.y - 1, width: meeting.width + 2, height: meeting.height + 2 };
    box(frame, [20, 22, 29], 9);
    box({ ...frame, y: frame.y + 20, height: frame.height - 20 }, [20, 22, 29]);
    box({ ...titleBar(), height: TITLE + 10 }, [232, 236, 255], 9);
    box({ x: meeting.x + 14, y: meeting.y + 12, width: 120, height: 10 }, [120, 126, 150], 5);
    box(button(), [242, 166, 90], 8);
    box(content(), [31, 35, 48]);
    const { x, y, width, height } = content();
    box({ x: x + width / 2 - 28, y: y + height / 2 - 28, width: 56, height: 56 }, [68, 83, 196], 28);
  }
}

// --- Those who look on -----------------------------------------------------------------------------------------------

const viewers = new Set();

/** One viewer: the handshake, then what it asks for and what it does. */
async function serve(socket, viewer) {
  const take = reader(socket);
  viewer.send = () => {
    if (!viewer.demands || !viewer.whole) return;
    [viewer.demands, viewer.whole] = [false, false];
    const { x, y, width, height } = content();
    const { url, visible, closed } = meeting;
    const text = Buffer.from(JSON.stringify({ id: "meeting", url, title: "Meeting", visible, closed }));
    socket.write(
      Buffer.concat([
        numbers([1, 0], [1, 0], [2, 2]),
        numbers([2, 0], [2, 0], [2, WIDTH], [2, HEIGHT], [4, 0]),
        picture,
        numbers([2, x], [2, y], [2, width], [2, height], [4, WINDOW], [4, text.length]),
        text,
      ]),
    );
  };
  socket.write("RFB 003.008\n");
  await take(12);
  socket.write(numbers([1, 1], [1, 1]));
  await take(1);
  socket.write(numbers([4, 0]));
  await take(1);
  const name = Buffer.from("Office, third floor");
  const format = Buffer.from([32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 0, 8, 16, 0, 0, 0]);
  socket.write(Buffer.concat([numbers([2, WIDTH], [2, HEIGHT]), format, numbers([4, name.length]), name]));
  viewers.add(viewer);
  for (;;) {
    const type = (await take(1))[0];
    if (type === 0) await take(19);
    else if (type === 2) await take(4 * (await take(3)).readUInt16BE(1));
    else if (type === 3) {
      const isIncremental = (await take(9))[0];
      viewer.whole ||= !isIncremental;
      viewer.demands = true;
      viewer.send();
    } else if (type === 4) {
      const event = await take(7);
      console.log(`key 0x${event.readUInt32BE(3).toString(16)} ${event[0] ? "down" : "up"}`);
    } else if (type === 5) {
      const event = await take(5);
      pointer(viewer, event[0], event.readUInt16BE(1), event.readUInt16BE(3));
    } else if (type === 6) {
      await take((await take(7)).readUInt32BE(3));
    } else return;
  }
}

/** So many bytes at a time, each wait for which ends with the connection. */
function reader(socket) {
  const parts = socket[Symbol.asyncIterator]();
  let rest = Buffer.alloc(0);
  return async (length) => {
    while (rest.length < length) {
      const { value, done } = await parts.next();
      if (done) throw new Error("gone");
      rest = Buffer.concat([rest, value]);
    }
    const taken = rest.subarray(0, length);
    rest = rest.subarray(length);
    return taken;
  };
}

/** Numbers of so many bytes each. */
function numbers(...list) {
  return Buffer.concat(
    list.map(([size, value]) => {
      const buffer = Buffer.alloc(size);
      buffer.writeUIntBE(value, 0, size);
      return buffer;
    }),
  );
}

function pointer(viewer, buttons, x, y) {
  const [pressed, released] = [buttons & ~viewer.buttons, viewer.buttons & ~buttons];
  viewer.buttons = buttons;
  if (pressed) console.log(`pressed ${buttons} at ${x} ${y}`);
  if (pressed & 1) {
    if (isIn(icon, x, y)) change({ visible: true });
    else if (meeting.visible && isIn(button(), x, y)) change({ visible: false });
    else if (meeting.visible && isIn(titleBar(), x, y)) viewer.dragging = { x: x - meeting.x, y: y - meeting.y };
  }
  if (viewer.dragging && buttons & 1) change({ x: x - viewer.dragging.x, y: y - viewer.dragging.y });
  if (released & 1) viewer.dragging = undefined;
}

/** Everything that the window is bounded by: the picture, and the bar below. */
function change(what) {
  Object.assign(meeting, what);
  meeting.x = Math.min(Math.max(meeting.x, 0), WIDTH - meeting.width);
  meeting.y = Math.min(Math.max(meeting.y, 0), HEIGHT - BAR - meeting.height);
  paint();
  for (const viewer of viewers) {
    viewer.whole = true;
    viewer.send();
  }
}

paintWallpaper();
paint();

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const [verb, ...words] = line.trim().split(/\s+/);
    const [first, second] = words.map(Number);
    const commands = {
      move: () => change({ x: first, y: second }),
      size: () => change({ width: Math.min(first, WIDTH), height: Math.min(second, HEIGHT - BAR) }),
      minimize: () => change({ visible: false }),
      restore: () => change({ visible: true, closed: false }),
      go: () => change({ url: words[0] }),
      close: () => change({ closed: true }),
    };
    if (commands[verb]) commands[verb]();
    else console.log(Object.keys(commands).join(" | "));
  })
  .on("close", () => process.exit());

const server = createServer((socket) => {
  const viewer = { demands: false, whole: true, dragging: undefined, buttons: 0, send() {} };
  // A viewer that goes away is no failure of the desktop.
  serve(socket, viewer)
    .catch(() => {})
    .finally(() => {
      viewers.delete(viewer);
      socket.destroy();
    });
});
server.listen(Number(values.port), values.host, () => console.log(`listening on ${server.address().port}`));
