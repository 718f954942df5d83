//! How the tables of messages are written down.
//!
//! A row is one message: its name on the wire, its variant in Rust with the parameters, and what comes back. The enums
//! have nothing but rows, so whoever takes one apart names each of them: a new row that nobody carries out does not
//! compile. A row is documented as a whole, its parameters where their names do not say it. The page's side is checked against the same rows, which become `js/generated/bridge.d.ts`.

/// A table of what a page says: calls, which are answered (`-> Answer`), and notes, which are not.
///
/// Parameters are refused unless they are exactly those of the row.
macro_rules! requests {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $(
                $(#[doc = $doc:literal])+
                $method:literal => $variant:ident
                    $({ $( $(#[doc = $field_doc:literal])* $field:ident : $field_type:ty, )* })?
                    $(( $whole:ty ))?
                    $(-> $answer:ty)?,
            )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name {
            $(
                $(#[doc = $doc])*
                $variant $({ $( #[doc = "A parameter of the message."] $(#[doc = $field_doc])* $field: $field_type, )* })? $(( $whole ))?,
            )*
        }

        $( $( const _: fn() = $crate::table::answers_with::<$answer>; )? )*

        impl $name {
            /// The message with a name and its JSON parameters; nothing when this table has no such row.
            pub(crate) fn parse(method: &str, params: &str) -> Option<Result<Self, serde_json::Error>> {
                match method {
                    $( $method => Some($crate::table::parse_row!(
                        params, $variant, $({ $( $field: $field_type, )* })? $(( $whole ))?
                    )), )*
                    _ => None,
                }
            }

            /// The names of all rows.
            pub const METHODS: &'static [&'static str] = &[$($method),*];

            /// The table as TypeScript.
            #[cfg(feature = "typescript")]
            pub(crate) fn declare(types: &mut $crate::typescript::Types) {
                $(
                    let params = $crate::table::declare_row!(
                        types, $({ $( $field: $field_type, )* })? $(( $whole ))?
                    );
                    let answer = $crate::table::declare_answer!(types, $($answer)?);
                    types.request(&[$($doc),*], $method, &params, answer);
                )*
            }
        }
    };
}

macro_rules! parse_row {
    ($params:expr, $variant:ident, { $( $field:ident : $field_type:ty, )* }) => {{
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields, rename_all = "camelCase")]
        struct Params { $( $field: $field_type, )* }
        serde_json::from_str($params).map(|Params { $( $field, )* }| Self::$variant { $( $field, )* })
    }};
    ($params:expr, $variant:ident, ($whole:ty)) => {
        serde_json::from_str::<$whole>($params).map(Self::$variant)
    };
    ($params:expr, $variant:ident,) => {
        serde_json::from_str::<$crate::table::Nothing>($params).map(|_| Self::$variant)
    };
}

#[cfg(feature = "typescript")]
macro_rules! declare_row {
    ($types:expr, { $( $field:ident : $field_type:ty, )* }) => {{
        #[derive(ts_rs::TS)]
        #[ts(rename_all = "camelCase", optional_fields)]
        #[expect(dead_code, reason = "only its shape is used")]
        struct Params { $( $field: $field_type, )* }
        $types.shape_of::<Params>()
    }};
    ($types:expr, ($whole:ty)) => { $types.name_of::<$whole>() };
    ($types:expr,) => { String::from("{}") };
}

#[cfg(feature = "typescript")]
macro_rules! declare_answer {
    ($types:expr, $answer:ty) => {
        Some($types.name_of::<$answer>())
    };
    ($types:expr,) => {
        None
    };
}

/// A table of what a page is told.
macro_rules! events {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $(
                $(#[doc = $doc:literal])+
                $event:literal => $variant:ident
                    $({ $( $(#[doc = $field_doc:literal])* $field:ident : $field_type:ty, )* })?
                    $(( $whole:ty ))?,
            )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        #[serde(untagged, rename_all_fields = "camelCase")]
        pub enum $name {
            $(
                $(#[doc = $doc])*
                $variant $({ $( #[doc = "A parameter of the message."] $(#[doc = $field_doc])* $field: $field_type, )* })? $(( $whole ))?,
            )*
        }

        impl $name {
            /// The event's name on the wire.
            pub fn name(&self) -> &'static str {
                match self { $( Self::$variant $({ $( $field: _, )* })? $(( $crate::table::any!($whole) ))? => $event, )* }
            }

            /// The table as TypeScript.
            #[cfg(feature = "typescript")]
            pub(crate) fn declare(types: &mut $crate::typescript::Types) {
                $(
                    let params = $crate::table::declare_row!(
                        types, $({ $( $field: $field_type, )* })? $(( $whole ))?
                    );
                    types.event(&[$($doc),*], $event, &params);
                )*
            }
        }
    };
}

/// A pattern that takes whatever is there, once for a type.
macro_rules! any {
    ($type:ty) => {
        _
    };
}

/// A table of what a page is asked. Each row is a type of its own, whose answer is the row's.
macro_rules! questions {
    (
        $declare:ident: $(
            $(#[doc = $doc:literal])+
            $question:literal => $name:ident {
                $( $(#[doc = $field_doc:literal])* $field:ident : $field_type:ty, )*
            } -> $answer:ty, unanswered $default:expr, within $deadline:expr;
        )*
    ) => {
        $(
            $(#[doc = $doc])*
            #[derive(Clone, Debug, PartialEq, serde::Serialize)]
            #[serde(rename_all = "camelCase")]
            pub struct $name { $( #[doc = "A parameter of the message."] $(#[doc = $field_doc])* pub $field: $field_type, )* }

            impl $crate::Question for $name {
                const NAME: &'static str = $question;
                const DEADLINE: Option<std::time::Duration> = $deadline;
                type Answer = $answer;
                fn unanswered() -> $answer { $default }
            }
        )*

        /// The table as TypeScript.
        #[cfg(feature = "typescript")]
        pub(crate) fn $declare(types: &mut $crate::typescript::Types) {
            $(
                let params = $crate::table::declare_row!(types, { $( $field: $field_type, )* });
                let answer = types.name_of::<$answer>();
                types.question(&[$($doc),*], $question, &params, &answer);
            )*
        }
    };
}

/// What a row is answered with is written as JSON.
pub(crate) fn answers_with<Answer: serde::Serialize>() {}

/// The parameters of a request that has none.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

pub(crate) use {any, events, parse_row, questions, requests};
#[cfg(feature = "typescript")]
pub(crate) use {declare_answer, declare_row};
