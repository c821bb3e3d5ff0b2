//! Width and height of an image, from its head.

use std::io::{BufReader, Read, Seek, SeekFrom};

use super::{exif, svg};

/// Width and height in CSS pixels.
pub(super) type Dimensions = (u32, u32);

/// How much of an SVG file is looked at: its start tag stands well within it, after an editor's declarations too.
const SVG_HEAD: u64 = 64 * 1024;

/// The size of the image, if a file with this ending is one and its head can be read. The ending only says whether to look:
/// what kind of raster image it is, its bytes say.
pub(super) fn dimensions(ending: &str, file: &mut (impl Read + Seek)) -> Option<Dimensions> {
    file.seek(SeekFrom::Start(0)).ok()?;
    match ending.to_ascii_lowercase().as_str() {
        "svg" => {
            let mut head = Vec::new();
            file.take(SVG_HEAD).read_to_end(&mut head).ok()?;
            svg::dimensions(&head)
        }
        "png" | "jpg" | "jpeg" | "gif" | "webp" => raster(file),
        _ => None,
    }
}

fn raster(file: &mut (impl Read + Seek)) -> Option<Dimensions> {
    let mut file = BufReader::new(file);
    let size = imagesize::reader_size(&mut file).ok()?;
    let (width, height) = (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?);
    if width == 0 || height == 0 {
        return None;
    }
    // Only a JPEG has the camera's word; any other file ends this at its first two bytes.
    file.seek(SeekFrom::Start(0)).ok()?;
    Some(if exif::is_on_its_side(&mut file) { (height, width) } else { (width, height) })
}
