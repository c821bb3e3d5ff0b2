//! Comma-separated values (RFC 4180), safe to open in a spreadsheet.
//!
//! A spreadsheet takes a cell that starts with `=`, `+`, `-`, `@`, a tab or a carriage return for a formula, whatever quotes
//! stand around it, and a formula can send the sheet elsewhere (OWASP, "CSV Injection"). Titles and notes are whatever
//! somebody wrote, so such a cell gets an apostrophe before it, which a spreadsheet takes for "this is text".

/// Writes rows, each of as many cells as the first, which names them.
pub fn csv<Row>(rows: impl IntoIterator<Item = Row>) -> String
where
    Row: IntoIterator,
    Row::Item: AsRef<str>,
{
    let mut out = String::new();
    for row in rows {
        for (at, cell) in row.into_iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            push_cell(&mut out, cell.as_ref());
        }
        out.push_str("\r\n");
    }
    out
}

fn push_cell(out: &mut String, cell: &str) {
    let defused = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if !defused && !cell.contains(['"', ',', '\r', '\n']) {
        out.push_str(cell);
        return;
    }
    out.push('"');
    if defused {
        out.push('\'');
    }
    out.push_str(&cell.replace('"', "\"\""));
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::csv;

    #[test]
    fn quotes_and_defuses() {
        let rows = [["a", "b,c"], ["say \"so\"", "=HYPERLINK(\"x\")"], ["two\nlines", "@SUM(A1)"], ["-1", "a-b"]];
        let expected = "a,\"b,c\"\r\n\"say \"\"so\"\"\",\"'=HYPERLINK(\"\"x\"\")\"\r\n\"two\nlines\",\"'@SUM(A1)\"\r\n\"'-1\",a-b\r\n";
        assert_eq!(csv(rows), expected);
    }
}
