//! The calls into JavaScriptCore that have no safe binding, and the fence around every call out of it.
#![expect(
    unsafe_code,
    reason = "JavaScriptCore's functions with callbacks and typed arrays are bound raw only"
)]

use crate::webkit::{glib, javascriptcore as js};
use glib::translate::{IntoGlibPtr, ToGlibPtr, from_glib_full, from_glib_none};
use js::ffi;
use std::ffi::{CString, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs a callback of WebKit or GLib: a panic ends in `otherwise` and a message, never in C code.
pub(crate) fn guard<T>(what: &str, otherwise: T, callback: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(callback)).unwrap_or_else(|_| {
        glib::g_critical!("insula", "{what} failed in the web process extension");
        otherwise
    })
}

/// Calls a function. An exception that it throws is its own affair and does not reach the next call.
pub(crate) fn call(function: &js::Value, arguments: &[js::Value]) -> Option<js::Value> {
    let result = function.function_callv(arguments);
    if let Some(context) = function.context()
        && let Some(exception) = context.exception()
    {
        glib::g_warning!("insula", "{}", exception.report().unwrap_or_default());
        context.clear_exception();
    }
    result
}

/// A new plain object.
pub(crate) fn object(context: &js::Context) -> js::Value {
    // SAFETY: without an instance and a class it is a plain object; the result is a reference of ours.
    unsafe {
        from_glib_full(ffi::jsc_value_new_object(
            context.to_glib_none().0,
            std::ptr::null_mut(),
            std::ptr::null_mut(),
        ))
    }
}

type Callback = Box<dyn Fn(&js::Context, &[js::Value]) -> Option<js::Value>>;

/// Sets a method that calls a closure with all its arguments; `None` is `undefined`.
pub(crate) fn set_function(
    context: &js::Context,
    object: &js::Value,
    name: &str,
    closure: impl Fn(&js::Context, &[js::Value]) -> Option<js::Value> + 'static,
) {
    unsafe extern "C" fn trampoline(arguments: *mut glib::ffi::GPtrArray, data: *mut c_void) -> *mut ffi::JSCValue {
        guard("a native function", std::ptr::null_mut(), || {
            // SAFETY: `data` is the box made below, alive until `drop_callback`; the array holds JSCValues.
            let (callback, arguments) = unsafe {
                let callback = &*data.cast::<Callback>();
                let pointers = match (*arguments).len as usize {
                    0 => &[],
                    length => std::slice::from_raw_parts((*arguments).pdata.cast::<*mut ffi::JSCValue>(), length),
                };
                (
                    callback,
                    pointers
                        .iter()
                        .map(|value| from_glib_none(*value))
                        .collect::<Vec<js::Value>>(),
                )
            };
            let Some(context) = js::Context::current() else {
                return std::ptr::null_mut();
            };
            let result = callback(&context, &arguments).unwrap_or_else(|| js::Value::new_undefined(&context));
            result.into_glib_ptr()
        })
    }
    unsafe extern "C" fn drop_callback(data: *mut c_void) {
        guard("the end of a native function", (), || {
            // SAFETY: called once, with the box made below.
            drop(unsafe { Box::from_raw(data.cast::<Callback>()) })
        });
    }
    let Ok(c_name) = CString::new(name) else { return };
    let callback: *mut Callback = Box::into_raw(Box::new(Box::new(closure)));
    // SAFETY: the trampoline has the signature that a variadic function with a JSCValue result is called with
    // (an array of its arguments and the user data), and takes over the box.
    let function: js::Value = unsafe {
        let trampoline: unsafe extern "C" fn(*mut glib::ffi::GPtrArray, *mut c_void) -> *mut ffi::JSCValue = trampoline;
        from_glib_full(ffi::jsc_value_new_function_variadic(
            context.to_glib_none().0,
            c_name.as_ptr(),
            Some(std::mem::transmute::<
                unsafe extern "C" fn(*mut glib::ffi::GPtrArray, *mut c_void) -> *mut ffi::JSCValue,
                unsafe extern "C" fn(),
            >(trampoline)),
            callback.cast(),
            Some(drop_callback),
            ffi::jsc_value_get_type(),
        ))
    };
    object.object_set_property(name, &function);
}

/// Lends the bytes of a typed array to `use_bytes`. `None` when the value is not an array of bytes from the start of
/// its buffer. The buffer is pinned from then on: it can no longer be transferred.
pub(crate) fn with_bytes<T>(value: &js::Value, use_bytes: impl FnOnce(&mut [u8]) -> T) -> Option<T> {
    if !value.is_typed_array() || value.typed_array_get_offset() != 0 {
        return None;
    }
    let length = value.typed_array_get_size();
    let mut elements = 0;
    // SAFETY: the value is a typed array, which pins its buffer; it is not resized or freed while this thread, the
    // only one that runs the page's scripts, is in `use_bytes`.
    let bytes = unsafe {
        let data = ffi::jsc_value_typed_array_get_data(value.to_glib_none().0, &mut elements);
        if data.is_null() {
            return None;
        }
        std::slice::from_raw_parts_mut(data.cast::<u8>(), length)
    };
    Some(use_bytes(bytes))
}
