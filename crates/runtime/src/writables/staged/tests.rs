use super::*;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

/// A folder with a file in it.
fn file(content: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("notes.txt");
    fs::write(&path, content).expect("a file");
    (folder, path)
}

fn stage(path: &Path, keeps: bool) -> Result<Staged, SaveError> {
    Staged::make(path, keeps, || true)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_file_is_as_it_was_until_it_is_replaced_whole() {
    let (folder, path) = file("first");
    let staged = stage(&path, false).expect("it can be written");
    staged.write(3, b"new").expect("there is room");
    assert_eq!(fs::read(&path).expect("it is there"), b"first");
    staged.commit().expect("it is replaced");
    assert_eq!(fs::read(&path).expect("it is there"), b"\0\0\0new");
    assert_eq!(names(folder.path()), ["notes.txt"]);
}

#[test]
fn what_is_given_up_leaves_nothing() {
    let (folder, path) = file("first");
    let staged = stage(&path, true).expect("it can be written");
    staged.write(0, b"other").expect("there is room");
    assert_eq!(names(folder.path()).len(), 2);
    drop(staged);
    assert_eq!(names(folder.path()), ["notes.txt"]);
    assert_eq!(fs::read(&path).expect("it is there"), b"first");
}

#[test]
fn existing_content_is_kept_cut_off_and_made_longer() {
    let (_folder, path) = file("0123456789");
    let staged = stage(&path, true).expect("it can be written");
    staged.write(2, b"ab").expect("there is room");
    staged.truncate(6).expect("there is room");
    staged.write(8, b"").expect("nothing at a position makes it as long");
    staged.commit().expect("it is replaced");
    assert_eq!(fs::read(&path).expect("it is there"), b"01ab45\0\0");
}

#[test]
fn numbers_that_no_file_has_are_no_room() {
    let (_folder, path) = file("");
    let staged = stage(&path, false).expect("it can be written");
    for position in [u64::MAX, i64::MAX as u64, 1 << 63] {
        assert_eq!(staged.write(position, b"xx"), Err(SaveError::Full), "{position}");
    }
    assert_eq!(staged.truncate(u64::MAX), Err(SaveError::Full));
    assert_eq!(staged.write(u64::MAX, b""), Err(SaveError::Full));
}

#[test]
fn a_full_disk_is_told() {
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("Linux has it");
    let error = full.write_all_at(b"x", 0).expect_err("it is full");
    assert_eq!(SaveError::of(&error), SaveError::Full);
}

#[test]
fn mode_and_attributes_stay_and_a_link_leads_to_the_file_that_is_written() {
    let (folder, path) = file("first");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o604)).expect("it is ours");
    let attribute = c"user.insula.test";
    let has_attributes = File::open(&path)
        .map(|file| rustix::fs::fsetxattr(&file, attribute, b"kept", XattrFlags::empty()).is_ok())
        .expect("it is there");
    let link = folder.path().join("link.txt");
    symlink("notes.txt", &link).expect("a link");
    let resolved = resolve(&link).expect("it leads to the file");
    assert_eq!(resolved.file_name(), path.file_name());
    let staged = stage(&resolved, false).expect("it can be written");
    staged.write(0, b"second").expect("there is room");
    staged.commit().expect("it is replaced");
    assert!(link.symlink_metadata().expect("it is there").is_symlink());
    assert_eq!(fs::read(&link).expect("it is there"), b"second");
    assert_eq!(path.metadata().expect("it is there").mode() & 0o777, 0o604);
    if has_attributes {
        let mut value = [0; 16];
        let length = rustix::fs::getxattr(&path, attribute, &mut value[..]).expect("it is kept");
        assert_eq!(&value[..length], b"kept");
    }
}

#[test]
fn only_a_regular_file_that_is_there_is_written() {
    let (folder, path) = file("first");
    assert_eq!(stage(folder.path(), false).err(), Some(SaveError::NotFound));
    assert_eq!(
        stage(&folder.path().join("none.txt"), false).err(),
        Some(SaveError::NotFound)
    );
    assert_eq!(
        stage(&folder.path().join("none/none.txt"), false).err(),
        Some(SaveError::NotFound)
    );
    assert_eq!(resolve(folder.path()), Err(SaveError::NotFound));
    assert_eq!(resolve(Path::new("/dev/null")), Err(SaveError::NotFound));
    let link = folder.path().join("link.txt");
    symlink(&path, &link).expect("a link");
    assert_eq!(
        stage(&link, false).err(),
        Some(SaveError::NotFound),
        "a link is resolved before"
    );

    let staged = stage(&path, false).expect("it can be written");
    fs::remove_file(&path).expect("another program removes it");
    fs::create_dir(&path).expect("and makes a folder");
    assert_eq!(staged.commit(), Err(SaveError::NotFound));
    assert_eq!(names(folder.path()), ["link.txt", "notes.txt"]);
}

#[test]
fn a_file_or_a_folder_that_cannot_be_written_is_left_alone() {
    if rustix::process::geteuid().is_root() {
        // The system stops nobody who may do everything.
        return;
    }
    let (folder, path) = file("first");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("it is ours");
    assert_eq!(stage(&path, false).err(), Some(SaveError::NotAllowed));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("it is ours");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).expect("it is ours");
    assert_eq!(stage(&path, false).err(), Some(SaveError::NotAllowed));
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("it is ours");
}

#[test]
fn the_last_who_writes_wins_and_a_folder_that_has_gone_is_told() {
    let (folder, path) = file("first");
    let (one, other) = (stage(&path, false), stage(&path, false));
    let (one, other) = (one.expect("it can be written"), other.expect("by both"));
    one.write(0, b"one").expect("there is room");
    other.write(0, b"other").expect("there is room");
    other.commit().expect("it is replaced");
    fs::write(&path, "a third program's").expect("it is ours");
    one.commit().expect("it is replaced");
    assert_eq!(fs::read(&path).expect("it is there"), b"one");

    let staged = stage(&path, false).expect("it can be written");
    fs::remove_dir_all(folder.path()).expect("it is ours");
    assert_eq!(staged.commit(), Err(SaveError::NotFound));
}

#[test]
fn what_a_killed_process_has_left_goes_with_the_next_save_and_what_is_being_written_stays() {
    let (folder, path) = file("first");
    let left = folder.path().join(format!("{PREFIX}left"));
    fs::write(&left, "half").expect("a file");
    let like_it = folder.path().join(".insula-saved");
    fs::write(&like_it, "the user's").expect("a file");
    let one = stage(&path, false).expect("it can be written");
    assert!(!left.exists());
    let other = stage(&path, false).expect("it can be written");
    assert_eq!(
        names(folder.path()).len(),
        4,
        "the file, the user's own, and two that are written"
    );
    drop((one, other));
    assert!(like_it.exists());
}

#[test]
fn a_copy_that_nobody_wants_any_more_is_given_up() {
    let (folder, path) = file("first");
    assert!(Staged::make(&path, true, || false).is_err());
    assert_eq!(names(folder.path()), ["notes.txt"]);
}
