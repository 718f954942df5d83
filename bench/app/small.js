// Says on the console when its document has been parsed and when it has been painted, wherever it is shown: in the app,
// in a frame, in the bare view.
addEventListener("DOMContentLoaded", () => {
  console.log("bench: parsed");
  requestAnimationFrame(() => requestAnimationFrame(() => console.log("bench: painted")));
});
