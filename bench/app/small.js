// Says on the console when its document has been painted and when it has loaded, wherever it is shown: in the app, in a
// frame, in the bare view.
addEventListener("DOMContentLoaded", () => {
  requestAnimationFrame(() => requestAnimationFrame(() => console.log("bench: painted")));
});
addEventListener("load", () => console.log("bench: loaded"));
