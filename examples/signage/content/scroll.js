// In pages that scroll by themselves: slowly down to the end, a rest, and up again. It runs apart from the page's scripts.

{
  const PIXELS_A_SECOND = 40;
  const REST = 4000;
  let last = 0;
  let position = 0;
  let restUntil = performance.now() + REST / 2;

  const step = (/** @type {number} */ now) => {
    const passed = Math.min(now - last, 100);
    last = now;
    const end = document.documentElement.scrollHeight - innerHeight;
    if (now > restUntil && end > 0) {
      if (position >= end) {
        position = 0;
        restUntil = now + REST / 2;
        scrollTo({ top: 0, behavior: "smooth" });
      } else {
        position = Math.min(position + (PIXELS_A_SECOND * passed) / 1000, end);
        if (position >= end) restUntil = now + REST;
        scrollTo({ top: position, behavior: "instant" });
      }
    }
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}
