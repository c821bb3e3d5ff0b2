//! Whether a JPEG lies on its side: the orientation that a camera writes into its Exif data.
//!
//! A phone held upright stores a picture as wide and says "turn it". Browsers turn it (CSS Images 3, `image-orientation:
//! from-image`, the initial value), so the width and height that a page gives must be those of the turned picture. The
//! format is Exif 2.32, 4.6: an APP1 segment that holds a TIFF header and a directory, in which tag 0x0112 is the
//! orientation.

use std::io::Read;

const ORIENTATION: u16 = 0x0112;
/// Entries of a directory that are looked at; real ones have some dozens.
const MAX_ENTRIES: usize = 512;

/// Whether width and height change places when the picture is shown. `jpeg` is read from its start.
pub(super) fn is_on_its_side(jpeg: &mut impl Read) -> bool {
    exif_segment(jpeg).and_then(|segment| orientation(&segment)).is_some_and(|value| (5..=8).contains(&value))
}

/// The TIFF data of the Exif segment, which stands before the picture itself.
fn exif_segment(jpeg: &mut impl Read) -> Option<Vec<u8>> {
    let mut start = [0; 2];
    jpeg.read_exact(&mut start).ok()?;
    (start == [0xFF, 0xD8]).then_some(())?;
    loop {
        let mut head = [0; 4];
        jpeg.read_exact(&mut head).ok()?;
        let [0xFF, marker @ 0xE0..=0xFE, high, low] = head else { return None };
        let mut segment = vec![0; usize::from(u16::from_be_bytes([high, low])).checked_sub(2)?];
        jpeg.read_exact(&mut segment).ok()?;
        if marker == 0xE1
            && let Some(tiff) = segment.strip_prefix(b"Exif\0\0")
        {
            return Some(tiff.to_vec());
        }
    }
}

/// The orientation, from 1 to 8, of the first directory.
fn orientation(tiff: &[u8]) -> Option<u16> {
    let little = match tiff.get(..2)? {
        b"II" => true,
        b"MM" => false,
        _ => return None,
    };
    let two = |at: usize| {
        let bytes: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let four = |at: usize| {
        let bytes: [u8; 4] = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    };
    let directory = usize::try_from(four(4)?).ok()?;
    let count = usize::from(two(directory)?).min(MAX_ENTRIES);
    // An entry is twelve bytes: tag, type, count, value; a short value stands at the value's start.
    (0..count)
        .filter_map(|entry| directory.checked_add(2 + entry * 12))
        .find(|at| two(*at) == Some(ORIENTATION))
        .and_then(|at| two(at.checked_add(8)?))
}

#[cfg(test)]
mod tests {
    use super::is_on_its_side;

    fn jpeg(order: [u8; 2], orientation: u16) -> Vec<u8> {
        let two = |n: u16| if order == *b"II" { n.to_le_bytes() } else { n.to_be_bytes() };
        let four = |n: u32| if order == *b"II" { n.to_le_bytes() } else { n.to_be_bytes() };
        let mut tiff = [order.as_slice(), &two(42), &four(8), &two(1)].concat();
        tiff.extend([two(0x0112), two(3)].concat());
        tiff.extend(four(1));
        tiff.extend([two(orientation), two(0)].concat());
        let exif = [b"Exif\0\0".as_slice(), &tiff].concat();
        let len = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, 0xD8, 0xFF, 0xE0, 0, 2, 0xFF, 0xE1], len.as_slice(), &exif].concat()
    }

    #[test]
    fn a_camera_held_upright() {
        for order in [*b"II", *b"MM"] {
            assert!(is_on_its_side(&mut jpeg(order, 6).as_slice()));
            assert!(!is_on_its_side(&mut jpeg(order, 3).as_slice()));
        }
        let whole = jpeg(*b"II", 6);
        for cut in 0..whole.len() - 4 {
            assert!(!is_on_its_side(&mut &whole[..cut]), "{cut}");
        }
        assert!(!is_on_its_side(&mut b"\xFF\xD8\xFF\xE1\x00\x01".as_slice()));
    }
}
