// From bytes to text that an XML parser takes. Feeds are made by thousands of programs, and few of them by an XML library.

/** Namespaces that feeds use without saying so. */
const NAMESPACES = new Map([
  ["itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"],
  ["atom", "http://www.w3.org/2005/Atom"],
  ["media", "http://search.yahoo.com/mrss/"],
  ["content", "http://purl.org/rss/1.0/modules/content/"],
  ["dc", "http://purl.org/dc/elements/1.1/"],
]);

/** The entities that XML itself has. */
const OWN = new Set(["amp", "lt", "gt", "quot", "apos"]);

/**
 * A byte order mark wins over what the server says, and that over what the document says of itself (RFC 7303, section 3).
 * @param {Uint8Array} bytes
 * @param {string | null} contentType
 */
export function decode(bytes, contentType) {
  const head = String.fromCharCode(...bytes.subarray(0, 1024));
  const labels = [
    mark(bytes),
    /charset\s*=\s*["']?([\w.:-]+)/i.exec(contentType ?? "")?.[1],
    /^[^<]*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1],
    "utf-8",
  ];
  for (const label of labels) {
    if (!label) continue;
    try {
      return new TextDecoder(label).decode(bytes);
    } catch {
      // Nobody knows such an encoding; something else may say another.
    }
  }
  return "";
}

/** @param {Uint8Array} bytes */
function mark([first, second, third]) {
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return undefined;
}

/**
 * The same document, well-formed where what is wrong with it is one of the usual things.
 * @param {string} text
 * @param {(entity: string) => string} entity What HTML makes of an entity.
 */
export function repair(text, entity) {
  const body = text
    .trimStart()
    // The text is decoded already, whatever it says of itself.
    .replace(/^<\?xml[^>]*\?>/, "")
    // Nothing of a feed is defined by its type, but a small one could become a large one by it.
    .replace(/<!DOCTYPE[^>[]*(\[[^\]]*\][^>]*)?>/i, "")
    // What XML has no way to say.
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "");
  const parts = body.split(/(<!\[CDATA\[[\s\S]*?\]\]>)/);
  const repaired = parts.map((part) => (part.startsWith("<![CDATA[") ? part : withEntities(part, entity)));
  return withNamespaces(repaired.join(""));
}

/**
 * @param {string} text
 * @param {(entity: string) => string} entity
 */
function withEntities(text, entity) {
  return text.replace(/&(?:(#\d{1,7}|#x[\da-f]{1,6})|([a-z]\w{0,30}))?;?/gi, (found, number, name) => {
    const isWhole = found.endsWith(";");
    if (isWhole && (number || OWN.has(name))) return found;
    const meant = isWhole && name ? entity(found) : found;
    return meant.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  });
}

/** @param {string} text */
function withNamespaces(text) {
  const used = new Set(Array.from(text.matchAll(/<([a-z][\w-]*):[a-z]/gi), ([, prefix]) => prefix));
  const missing = [...used].filter((prefix) => prefix !== "xml" && !text.includes(`xmlns:${prefix}=`));
  const said = missing.map((prefix) => ` xmlns:${prefix}="${NAMESPACES.get(prefix) ?? `urn:unknown:${prefix}`}"`);
  return text.replace(/<([a-z][\w:-]*)(?=[\s>])/i, (start) => start + said.join(""));
}
