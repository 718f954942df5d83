// Items of an app in the menus of its frames: `contextMenus` of a `<controlledframe>`. Part of insula.d.ts.

type ControlledFrameContextType =
  | "all" | "page" | "frame" | "selection" | "link" | "editable" | "image" | "video" | "audio";

/** Match patterns of WebExtensions, `URLPattern`s, or what those are made of. */
type ControlledFrameUrlPatterns = string | object | Iterable<string | object>;

/** What an item of a menu is. Of two spellings the one with `URL`, or in the plural, counts. */
interface ContextMenusProperties {
  checked?: boolean;
  /** Where it is shown: on the page, if nothing is said. */
  contexts?: Iterable<ControlledFrameContextType>;
  /** The first draft's name for `contexts`. */
  context?: Iterable<ControlledFrameContextType>;
  documentURLPatterns?: ControlledFrameUrlPatterns;
  documentUrlPatterns?: ControlledFrameUrlPatterns;
  enabled?: boolean;
  parentId?: string | number;
  targetURLPatterns?: ControlledFrameUrlPatterns;
  targetUrlPatterns?: ControlledFrameUrlPatterns;
  /** `%s` stands for the selected text. 1,000 characters at the most, of which 75 are seen. */
  title?: string;
  type?: "normal" | "checkbox" | "radio" | "separator";
  onclick?: ((data: ContextMenusClickEvent) => any) | null;
}

interface ContextMenusCreateProperties extends ContextMenusProperties {
  id?: string | number;
}

/** What an item was chosen on: a field has the names of both drafts. */
interface ContextMenusClickEvent extends Event {
  readonly menuItem: {
    readonly id: string;
    readonly parentMenuId?: string;
    readonly checked?: boolean;
    readonly wasChecked?: boolean;
  };
  readonly menuItemId: string;
  readonly parentMenuId?: string;
  readonly checked?: boolean;
  readonly wasChecked?: boolean;
  readonly editable: boolean;
  /** 0 for the frame's page; another number for each document inside it. */
  readonly frameId: number;
  readonly frameURL?: string;
  readonly frameUrl?: string;
  readonly linkURL?: string;
  readonly linkUrl?: string;
  readonly mediaType?: "image" | "video" | "audio";
  readonly pageURL: string;
  readonly pageUrl: string;
  readonly selectionText?: string;
  readonly srcURL?: string;
  readonly srcUrl?: string;
}

/**
 * The app's items in the menu of a frame's content: 1,000 at the most, ten menus deep. They belong to the element, and each
 * page that it shows has them.
 */
interface ContextMenus extends EventTarget {
  /** Answers the item's id when it has `context`, `onclick` and nothing that is today's alone, no `id`, or a callback; else a promise. */
  create(properties: ContextMenusCreateProperties, callback?: (() => any) | null): string | Promise<void>;
  /** Changes what is given, and leaves the rest. */
  update(
    id: string | number,
    properties: ContextMenusProperties,
    callback?: (() => any) | null,
  ): Promise<void>;
  remove(menuItemId: string | number, callback?: (() => any) | null): Promise<void>;
  removeAll(callback?: (() => any) | null): Promise<void>;
  /** The menu is opened. */
  onshow: ((this: ContextMenus, event: Event) => any) | null;
  onShow: ((this: ContextMenus, event: Event) => any) | null;
  onclick: ((this: ContextMenus, event: ContextMenusClickEvent) => any) | null;
}

declare var ContextMenus: { prototype: ContextMenus };
