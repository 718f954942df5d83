// @ts-check
/** What examples/podcasts makes of feeds as they are found in the world. */

import assert from "node:assert/strict";
import { test } from "node:test";
// @ts-expect-error jsdom comes without types
import { JSDOM } from "jsdom";
import { clock, parseDate, parseDuration } from "../../examples/podcasts/dates.js";
import { feedAddress, parseFeed } from "../../examples/podcasts/feed.js";
import { decode } from "../../examples/podcasts/text.js";

const parser = new new JSDOM("").window.DOMParser();
const HOME = "https://pod.example/show/feed.xml";

/** @param {string} text */
const read = (text, url = HOME) => parseFeed(text, url, (markup, type) => parser.parseFromString(markup, type));

/** @param {string} content @param {string} [root] */
const rss = (content, root = "<rss version='2.0'>") => `<?xml version="1.0"?>${root}<channel>${content}</channel></rss>`;

/** @param {string} more */
const item = (more, sound = "https://cdn.example/1.mp3") => `<item><enclosure url="${sound}" type="audio/mpeg"/>${more}</item>`;

test("an ordinary feed has its episodes, the newest first", () => {
  const feed = read(
    rss(
      `<title>Islands</title><description>&lt;b&gt;About&lt;/b&gt; islands</description>
       <itunes:image href="/cover.png"/>
       ${item("<guid>1</guid><title>One</title><pubDate>Mon, 05 Jan 2026 10:00:00 GMT</pubDate><itunes:duration>1:02:03</itunes:duration>")}
       ${item("<guid>2</guid><title>Two</title><pubDate>Tue, 06 Jan 2026 10:00:00 +0100</pubDate>", "https://cdn.example/2.mp3")}
       <item><title>Nothing to hear</title></item>`,
      "<rss version='2.0' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'>",
    ),
  );
  assert.equal(feed.title, "Islands");
  assert.equal(feed.summary, "About islands");
  assert.equal(feed.image, "https://pod.example/cover.png");
  assert.deepEqual(feed.episodes.map(({ title }) => title), ["Two", "One"]);
  assert.equal(feed.episodes[1].duration, 3723);
});

test("a byte order mark, the server or the document say how a feed is encoded", () => {
  const utf8 = new TextEncoder().encode("\ufeff<?xml version='1.0'?><a>é</a>");
  assert.equal(decode(utf8, "text/xml; charset=iso-8859-1").includes("é"), true);
  const latin = Uint8Array.from("<?xml version='1.0' encoding='windows-1252'?><a>\xe9</a>", (it) => it.charCodeAt(0));
  assert.match(decode(latin, "application/xml"), /é/);
  assert.match(decode(latin, "text/xml; charset=\"ISO-8859-1\""), /é/);
  assert.match(decode(latin, "text/xml; charset=klingon"), /é/);
});

test("a feed that no XML parser takes is read", () => {
  const feed = read(
    `\n  <?xml version="1.0" encoding="utf-8"?>
     <!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>
     <rss><channel><title>Tom &amp; Jerry&nbsp;&mdash; A&B &unknown; \u0003</title>
     ${item("<title><![CDATA[1 < 2 & <i>3</i>]]></title><itunes:duration>62:03</itunes:duration><content:encoded>Notes</content:encoded>")}
     </channel></rss>`,
  );
  assert.equal(feed.title, "Tom & Jerry — A&B &unknown;");
  assert.equal(feed.episodes[0].duration, 3723);
  assert.equal(feed.episodes[0].summary, "Notes");
});

test("what is relative is so to xml:base, or to the feed", () => {
  const feed = read(
    rss(
      `<item xml:base="https://media.example/a/"><enclosure url="../b/1.mp3" type="audio/mpeg"/></item>
       <item><enclosure url="2.mp3"/></item>
       <item><enclosure url="javascript:alert(1)" type="audio/mpeg"/></item>`,
    ),
  );
  assert.deepEqual(feed.episodes.map(({ url }) => url), ["https://media.example/b/1.mp3", "https://pod.example/show/2.mp3"]);
});

test("identifiers that are missing or used twice lose no episode, and one that is listed twice is one", () => {
  const feed = read(
    rss(
      item("<title>No guid</title>") +
        item("<guid>same</guid><title>A</title>", "https://cdn.example/a.mp3") +
        item("<guid>same</guid><title>B</title>", "https://cdn.example/b.mp3") +
        item("<guid>same</guid><title>A</title>", "https://cdn.example/a.mp3"),
    ),
  );
  assert.deepEqual(feed.episodes.map(({ title }) => title), ["No guid", "A", "B"]);
  assert.equal(new Set(feed.episodes.map(({ id }) => id)).size, 3);
});

test("an episode is what can be heard of its enclosures", () => {
  const feed = read(
    rss(
      `<item><enclosure url="t.json" type="application/json"/><enclosure url="v.m4a" type="" length="12345"/></item>
       <item><enclosure url="stream" type="audio/ogg" length="-1"/></item>`,
    ),
  );
  assert.deepEqual(
    feed.episodes.map(({ url, length }) => [url, length]),
    [
      ["https://pod.example/show/v.m4a", 12345],
      ["https://pod.example/show/stream", null],
    ],
  );
});

test("Atom is a feed as well", () => {
  const feed = read(
    `<feed xmlns="http://www.w3.org/2005/Atom"><title>Atom</title><logo>l.png</logo>
       <entry><id>urn:1</id><title type="html">One &amp;amp; only</title><updated>2026-01-05T10:00:00Z</updated>
         <link rel="alternate" href="/1"/><link rel="enclosure" type="audio/ogg" href="1.oga" length="9"/></entry></feed>`,
  );
  assert.deepEqual(feed.episodes[0], {
    id: "urn:1",
    title: "One & only",
    summary: "",
    url: "https://pod.example/show/1.oga",
    length: 9,
    duration: null,
    published: Date.UTC(2026, 0, 5, 10),
  });
});

test("dates and lengths are read as people write them", () => {
  const noon = Date.UTC(2026, 0, 5, 12);
  for (const text of [
    "Mon, 05 Jan 2026 12:00:00 GMT",
    "Mon,5 Jan 2026 07:00 EST",
    "Monday, 05 January 26 13:00:00 +0100",
    "05 Jan 2026 12:00:00 Z",
    "2026-01-05T12:00:00+00:00",
  ]) {
    assert.equal(parseDate(text), noon, text);
  }
  assert.equal(parseDate("soon"), null);
  assert.deepEqual(["3723", "62:03", "1:02:03", "an hour", ""].map(parseDuration), [3723, 3723, 3723, null, null]);
  assert.deepEqual([0, 59, 3723].map(clock), ["0:00", "0:59", "1:02:03"]);
});

test("an address is one however it is pasted", () => {
  for (const typed of ["pod.example/f", " https://pod.example/f ", "feed:https://pod.example/f", "feed://pod.example/f#top"]) {
    assert.equal(feedAddress(typed), "https://pod.example/f", typed);
  }
  assert.equal(feedAddress("itpc://http://pod.example/f"), "http://pod.example/f");
  assert.throws(() => feedAddress("no address"), TypeError);
});

test("what is no feed says so", () => {
  for (const text of ["", "<html><body>Sign in</body></html>", "{}", "<rss><channel><title>cut o"]) {
    assert.throws(() => read(text), /no podcast feed/, text);
  }
});
