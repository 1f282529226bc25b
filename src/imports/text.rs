//! The bytes of a file as text, however the spreadsheet that wrote it encodes it.

use crate::web::form::Problem;
use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

/// UTF-8 with or without its mark, UTF-16 with it; and whatever is neither is Windows-1252, which
/// older spreadsheets write.
pub fn read(bytes: &[u8]) -> Result<String, Problem> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(
            "This is a workbook, not a CSV file. Open it in your spreadsheet, save it as CSV and choose that file"
                .into(),
        );
    }
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => UTF_16LE.decode_without_bom_handling(rest).0,
        [0xfe, 0xff, rest @ ..] => UTF_16BE.decode_without_bom_handling(rest).0,
        bytes => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            match str::from_utf8(bytes) {
                Ok(text) => text.into(),
                Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
            }
        }
    };
    if is_no_text(&text) {
        return Err("This is not a text file. Choose a file that was saved as CSV".into());
    }
    // Postgres keeps no such character; and none has a meaning in a table.
    Ok(if text.contains('\0') {
        text.replace('\0', " ")
    } else {
        text.into_owned()
    })
}

/// Whether more than one in twenty of its first characters is nothing that anybody types.
fn is_no_text(text: &str) -> bool {
    let (mut all, mut odd) = (0, 0);
    for c in text.chars().take(4000) {
        all += 1;
        if c.is_control() && !matches!(c, '\n' | '\r' | '\t') {
            odd += 1;
        }
    }
    odd * 20 > all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        let marked = format!("\u{feff}{text}");
        marked.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn every_encoding_of_a_spreadsheet_is_read() {
        let text = "Name;Ort\nZoë Müller;“Łódź” – 東京";
        for bytes in [
            text.as_bytes().to_vec(),
            format!("\u{feff}{text}").into_bytes(),
            utf_16(text, u16::to_le_bytes),
            utf_16(text, u16::to_be_bytes),
        ] {
            assert_eq!(read(&bytes).as_deref(), Ok(text));
        }
        let older = b"Zo\xeb M\xfcller, \x80 5, \x93hello\x94 \x96 \x8a";
        assert_eq!(read(older).as_deref(), Ok("Zoë Müller, € 5, “hello” – Š"));
    }

    #[test]
    fn what_is_no_text_is_refused_and_a_stray_character_is_not() {
        for bytes in [
            b"PK\x03\x04\x14\0\x06\0".as_slice(),
            b"\xd0\xcf\x11\xe0\xa1\xb1",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0",
            b"N\0a\0m\0e\0",
        ] {
            assert!(read(bytes).is_err(), "{bytes:?}");
        }
        let stray = format!("Name,Email\nAnn{}\0,a@example.org", "a".repeat(60));
        assert!(read(stray.as_bytes()).is_ok_and(|text| !text.contains('\0')));
        assert_eq!(read(b"").as_deref(), Ok(""));
    }
}
