//! How far an objective has come as a small line, with a sentence and the same in a table.

use super::Objective;
use super::levels::Level;
use crate::web::words;
use time::Date;

/// Of the picture, in its own units: about a pixel each on a phone.
const WIDTH: f64 = 240.0;
const LEFT: f64 = 22.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 12.0;
const STEP: f64 = 10.0;

pub struct Progress {
    pub sentence: String,
    /// None while there are fewer than two points.
    pub line: Option<Line>,
    /// Where it began, if that is said, and what was said since.
    pub rows: Vec<Row>,
}

pub struct Row {
    pub on: Date,
    pub level: i16,
    pub by: String,
}

pub struct Line {
    pub points: Vec<(f64, f64)>,
    /// How high the level that is wanted lies.
    pub wanted: Option<f64>,
    pub first: Date,
    pub last: Date,
}

impl Progress {
    pub fn of(objective: &Objective, levels: Vec<Level>) -> Progress {
        let began = objective.baseline.map(|level| Row {
            on: objective.dates.proposed_on,
            level,
            by: String::new(),
        });
        let said = levels.into_iter().map(|one| Row {
            on: one.on,
            level: one.level,
            by: one.by,
        });
        let rows: Vec<Row> = began.into_iter().chain(said).collect();
        Progress {
            sentence: sentence(objective, &rows),
            line: Line::through(&rows, objective.wanted),
            rows,
        }
    }
}

/// "From 3 of 10 on 2 March 2026 to 6 on 1 April 2026. 8 is wanted."
fn sentence(objective: &Objective, rows: &[Row]) -> String {
    let now = match rows {
        [] => String::new(),
        [only] => format!("At {} of 10 on {}.", only.level, words::short_day(&only.on)),
        [first, .., last] => format!(
            "From {} of 10 on {} to {} on {}.",
            first.level,
            words::short_day(&first.on),
            last.level,
            words::short_day(&last.on),
        ),
    };
    match objective.wanted {
        Some(wanted) if now.is_empty() => format!("{wanted} of 10 is wanted."),
        Some(wanted) => format!("{now} {wanted} is wanted."),
        None => now,
    }
}

impl Line {
    fn through(rows: &[Row], wanted: Option<i16>) -> Option<Line> {
        let [first, .., last] = rows else {
            return None;
        };
        let first = rows.iter().map(|row| row.on).fold(first.on, Date::min);
        let last = rows.iter().map(|row| row.on).fold(last.on, Date::max);
        let days = (last - first).whole_days();
        let wide = WIDTH - LEFT - RIGHT;
        let count = rows.len() - 1;
        let points = rows.iter().enumerate().map(|(place, row)| {
            // What was all said on one day stands in its order.
            let along = if days == 0 {
                share(place, count)
            } else {
                share((row.on - first).whole_days(), days)
            };
            (LEFT + along * wide, height(row.level))
        });
        Some(Line {
            points: points.collect(),
            wanted: wanted.map(height),
            first,
            last,
        })
    }

    pub fn path(&self) -> String {
        let points = self.points.iter();
        let points: Vec<String> = points.map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        points.join(" ")
    }

    /// The lines of the scale, with what each stands for.
    pub fn scale(&self) -> [(f64, i16); 3] {
        [0, 5, 10].map(|level| (height(level), level))
    }
}

fn share(part: impl TryInto<i32>, whole: impl TryInto<i32>) -> f64 {
    let part = part.try_into().map_or(0.0, f64::from);
    let whole = whole.try_into().map_or(1.0, f64::from);
    part / whole
}

fn height(level: i16) -> f64 {
    TOP + f64::from(10 - level) * STEP
}
