use super::*;

fn item(id: &str, item_type: MenuItemType) -> MenuItem {
    MenuItem {
        id: id.into(),
        item_type,
        title: id.into(),
        contexts: vec![MenuContext::All],
        document_url_patterns: vec![],
        target_url_patterns: vec![],
        enabled: true,
        checked: false,
        parent_id: None,
    }
}

fn menu(items: Vec<MenuItem>) -> Menu {
    let mut menu = Menu::default();
    menu.set(items).unwrap();
    menu
}

fn page() -> MenuPlace {
    MenuPlace {
        page_url: "https://a.example/".into(),
        ..MenuPlace::default()
    }
}

/// The titles, with those of a submenu in brackets and lines as `-`.
fn titles(entries: &[MenuEntry]) -> String {
    let title = |entry: &MenuEntry| match entry {
        MenuEntry::Separator => "-".to_owned(),
        MenuEntry::Item { title, mark, .. } => match mark {
            Some(Mark::Check(checked)) => format!("{title}:check={checked}"),
            Some(Mark::Radio(checked)) => format!("{title}:radio={checked}"),
            None => title.clone(),
        },
        MenuEntry::Submenu { title, entries } => format!("{title}[{}]", titles(entries)),
    };
    entries.iter().map(title).collect::<Vec<_>>().join(" ")
}

/// Conforms: ContextType.all, ContextType.page, ContextType.frame, ContextType.selection, ContextType.link, ContextType.editable, ContextType.image, ContextType.video, ContextType.audio
#[test]
fn each_context_is_where_it_says() {
    let contexts = [
        ("all", MenuContext::All),
        ("page", MenuContext::Page),
        ("frame", MenuContext::Frame),
        ("selection", MenuContext::Selection),
        ("link", MenuContext::Link),
        ("editable", MenuContext::Editable),
        ("image", MenuContext::Image),
        ("video", MenuContext::Video),
        ("audio", MenuContext::Audio),
    ];
    let of_context = |(id, context)| MenuItem {
        contexts: vec![context],
        ..item(id, MenuItemType::Normal)
    };
    let menu = menu(contexts.map(of_context).to_vec());
    let some = |text: &str| Some(text.to_owned());
    let link = MenuPlace {
        link_url: some("https://b.example/"),
        ..page()
    };
    let image = MenuPlace {
        media: Some(MediaType::Image),
        src_url: some("https://b.example/i"),
        ..link.clone()
    };
    for (place, expected) in [
        (page(), "all page"),
        (
            MenuPlace {
                frame_url: some("https://c.example/"),
                ..page()
            },
            "all page frame",
        ),
        (
            MenuPlace {
                selection: some("text"),
                ..page()
            },
            "all selection",
        ),
        (
            MenuPlace {
                selection: some(""),
                ..page()
            },
            "all page",
        ),
        (
            MenuPlace {
                is_editable: true,
                ..page()
            },
            "all editable",
        ),
        (link, "all link"),
        (image, "all link image"),
        (
            MenuPlace {
                media: Some(MediaType::Video),
                ..page()
            },
            "all video",
        ),
        (
            MenuPlace {
                media: Some(MediaType::Audio),
                ..page()
            },
            "all audio",
        ),
    ] {
        assert_eq!(titles(&menu.at(&place)), expected, "{place:?}");
    }
}

/// Conforms: ContextMenusProperties.targetUrlPatterns, ContextMenusProperties.documentUrlPatterns
#[test]
fn patterns_are_about_the_document_and_about_what_is_clicked_on() {
    let pattern = |text: &str| vec![MenuUrlPattern::Match(text.into())];
    let menu = menu(vec![
        MenuItem {
            document_url_patterns: pattern("https://a.example/*"),
            ..item("a", MenuItemType::Normal)
        },
        MenuItem {
            document_url_patterns: pattern("https://c.example/*"),
            ..item("c", MenuItemType::Normal)
        },
        MenuItem {
            contexts: vec![MenuContext::Link, MenuContext::Image],
            target_url_patterns: pattern("https://b.example/*"),
            ..item("b", MenuItemType::Normal)
        },
    ]);
    assert_eq!(titles(&menu.at(&page())), "a");
    let inside = MenuPlace {
        frame_url: Some("https://c.example/".into()),
        ..page()
    };
    assert_eq!(titles(&menu.at(&inside)), "c");
    let link = |url: &str| MenuPlace {
        link_url: Some(url.into()),
        ..page()
    };
    assert_eq!(titles(&menu.at(&link("https://b.example/x"))), "a b");
    assert_eq!(titles(&menu.at(&link("https://d.example/x"))), "a");
}

#[test]
fn menus_lie_in_one_another_and_lines_between_items() {
    let inside = |parent: &str, id: &str, item_type| MenuItem {
        parent_id: Some(parent.into()),
        ..item(id, item_type)
    };
    let menu = menu(vec![
        item("s1", MenuItemType::Separator),
        item("a", MenuItemType::Normal),
        inside("a", "b", MenuItemType::Checkbox),
        inside("a", "s2", MenuItemType::Separator),
        inside("a", "s3", MenuItemType::Separator),
        MenuItem {
            checked: true,
            ..inside("a", "c", MenuItemType::Radio)
        },
        inside("c", "d", MenuItemType::Normal),
        item("s4", MenuItemType::Separator),
    ]);
    assert_eq!(titles(&menu.at(&page())), "a[b:check=false - c[d]]");
}

#[test]
fn a_title_has_the_selection_and_an_end() {
    let selected = |selection: &str| title("Find “%s”", selection);
    assert_eq!(selected("a\n\n  b"), "Find “a b”");
    let long = selected(&"x".repeat(1 << 20));
    assert_eq!(long.chars().count(), LONGEST_SEEN);
    assert!(long.ends_with("x…"));
}

#[test]
fn more_than_a_menu_holds_is_refused_and_changes_nothing() {
    let mut menu = menu(vec![item("kept", MenuItemType::Normal)]);
    let many = (0..=MOST_ITEMS).map(|id| item(&id.to_string(), MenuItemType::Normal));
    assert!(menu.set(many.collect()).is_err());
    let long = item(&"x".repeat(LONGEST + 1), MenuItemType::Normal);
    assert!(menu.set(vec![long]).is_err());
    let pattern = |number: usize| MenuItem {
        document_url_patterns: vec![MenuUrlPattern::Match(format!("https://a.example/{number}"))],
        ..item(&number.to_string(), MenuItemType::Normal)
    };
    let patterned = MenuItem {
        document_url_patterns: (0..=MOST_PATTERNS)
            .flat_map(|number| pattern(number).document_url_patterns)
            .collect(),
        ..item("it", MenuItemType::Normal)
    };
    assert!(menu.set(vec![patterned]).is_err());
    assert_eq!(titles(&menu.at(&page())), "kept");
    // What is in itself is in no menu.
    let circle = MenuItem {
        parent_id: Some("kept".into()),
        ..item("kept", MenuItemType::Normal)
    };
    menu.set(vec![circle]).unwrap();
    assert_eq!(titles(&menu.at(&page())), "");
}
