//! What a coordinator learns of a programme: the sums put in order, with what they say.

use super::chart::Chart;
use super::measures::{self, Measure, Point, Whose};
use super::queries::{AskedTwice, Objectives, Sum};
use super::statistics::{Estimate, Sums};

pub struct Report {
    pub panels: Vec<Panel>,
    pub beside: Vec<Beside>,
    pub objectives: Option<Objectives>,
    pub left: i64,
}

/// How one kind of people, or what they say of the organisation, changed from the start to a later
/// point.
pub struct Panel {
    pub whose: Whose,
    pub point: Point,
    /// How many were asked both times.
    pub asked: i64,
    pub rows: Vec<Row>,
}

pub struct Row {
    pub measure: &'static Measure,
    /// None while there is nothing to show of it.
    pub change: Option<Change>,
}

pub struct Change {
    pub people: i64,
    /// The means at the start and at the end; nothing but the change is known of half-way.
    pub means: Option<(f64, f64)>,
    pub estimate: Estimate,
}

/// Those who had met their mentor or mentee, beside those who were still waiting.
pub struct Beside {
    pub whose: Whose,
    pub point: Point,
    pub rows: Vec<Comparison>,
}

pub struct Comparison {
    pub measure: &'static Measure,
    pub paired: (i64, Estimate),
    pub waiting: (i64, Estimate),
    pub difference: Estimate,
}

impl Report {
    pub fn of(sums: &[Sum], asked: &[AskedTwice]) -> Report {
        let later = [Point::End, Point::HalfWay];
        let each = || {
            Whose::ALL
                .into_iter()
                .flat_map(move |whose| later.map(|point| (whose, point)))
        };
        Report {
            panels: each()
                .map(|(whose, point)| Panel::of(whose, point, sums, asked))
                .filter(|panel| !panel.is_empty())
                .collect(),
            beside: each()
                .map(|(whose, point)| Beside::of(whose, point, sums))
                .filter(|beside| !beside.rows.is_empty())
                .collect(),
            objectives: None,
            left: 0,
        }
    }

    /// How many intervals there are: of so many, some miss by chance.
    pub fn intervals(&self) -> usize {
        let panels = self.panels.iter().map(|panel| panel.shown().count());
        let beside = self.beside.iter().map(|beside| beside.rows.len());
        panels.chain(beside).sum()
    }
}

impl Panel {
    fn of(whose: Whose, point: Point, sums: &[Sum], asked: &[AskedTwice]) -> Panel {
        let audience = audience(whose);
        let rows: Vec<Row> = measures::of(whose)
            .map(|measure| Row {
                measure,
                change: find(sums, measure, point, audience).and_then(Change::of),
            })
            .collect();
        let counted = rows.iter().filter_map(|row| row.change.as_ref());
        let counted = counted.map(|change| change.people).max().unwrap_or(0);
        let asked = asked.iter().find(|one| {
            (one.whose.as_str(), one.point, one.audience.as_str()) == (whose.key(), point, audience)
        });
        Panel {
            whose,
            point,
            // Whoever has left since is not among those asked any more, but was.
            asked: asked.map_or(0, |asked| asked.people).max(counted),
            rows,
        }
    }

    fn shown(&self) -> impl Iterator<Item = (&'static Measure, &Change)> {
        self.rows
            .iter()
            .filter_map(|row| Some((row.measure, row.change.as_ref()?)))
    }

    fn is_empty(&self) -> bool {
        self.shown().next().is_none()
    }

    /// The most who are counted in any row.
    pub fn counted(&self) -> i64 {
        let people = self.shown().map(|(_, change)| change.people);
        people.max().unwrap_or(0)
    }

    /// For the addresses of what belongs together on the page.
    pub fn slug(&self) -> String {
        format!("{}-{}", self.whose.key(), self.point.slug())
    }

    pub fn title(&self) -> String {
        format!("{}, {}", self.whose.title(), span(self.point))
    }

    pub fn chart(&self) -> Chart {
        let bars = self
            .shown()
            .map(|(measure, change)| (measure.title, change.estimate))
            .collect();
        Chart::of(format!("{}: mean change", self.title()), bars)
    }

    /// What may be concluded, in sentences.
    pub fn sentences(&self) -> Vec<String> {
        let clear = self
            .shown()
            .filter(|(_, change)| change.estimate.is_clear());
        let mut sentences: Vec<String> = clear
            .map(|(measure, change)| {
                let Change {
                    estimate, people, ..
                } = change;
                let (moved, ends) = if estimate.mean > 0.0 {
                    ("rose", (estimate.low, estimate.high))
                } else {
                    ("fell", (-estimate.high, -estimate.low))
                };
                format!(
                    "“{}” {moved} by {} (95\u{a0}% interval {} to {}) in the {people} who rated it both \
                     times.",
                    measure.title,
                    plain(estimate.mean.abs()),
                    end(ends.0),
                    end(ends.1),
                )
            })
            .collect();
        let unclear = self
            .shown()
            .filter(|(_, change)| !change.estimate.is_clear());
        let unclear: Vec<String> = unclear
            .map(|(measure, _)| format!("“{}”", measure.title))
            .collect();
        if let Some(titles) = listed(&unclear) {
            let zero = if unclear.len() == 1 {
                "its interval"
            } else {
                "their intervals"
            };
            sentences.push(format!(
                "Of {titles} these answers cannot tell a change from chance: zero lies within {zero}."
            ));
        }
        sentences
    }
}

impl Estimate {
    pub fn mean_in_words(&self) -> String {
        signed(self.mean)
    }

    pub fn interval(&self) -> String {
        format!("{} to {}", signed_end(self.low), signed_end(self.high))
    }

    pub fn effect_in_words(&self) -> String {
        signed(self.effect)
    }
}

impl Change {
    /// The means at the start and at the end.
    pub fn means_in_words(&self) -> Option<(String, String)> {
        let (start, end) = self.means?;
        Some((plain(start), plain(end)))
    }

    fn of(sum: &Sum) -> Option<Change> {
        let means = sum.start_sum.map(|start| {
            (
                mean(start, sum.people),
                mean(start + sum.change_sum, sum.people),
            )
        });
        Some(Change {
            people: sum.people,
            means,
            estimate: changes(sum).change()?,
        })
    }
}

impl Beside {
    fn of(whose: Whose, point: Point, sums: &[Sum]) -> Beside {
        let rows = measures::of(whose).filter_map(|measure| {
            let paired = find(sums, measure, point, "paired")?;
            let waiting = find(sums, measure, point, "waiting")?;
            Some(Comparison {
                measure,
                paired: (paired.people, changes(paired).change()?),
                waiting: (waiting.people, changes(waiting).change()?),
                difference: changes(paired).beyond(&changes(waiting))?,
            })
        });
        Beside {
            rows: rows.collect(),
            whose,
            point,
        }
    }

    pub fn title(&self) -> String {
        let who = match self.whose {
            Whose::Mentee => "Mentees with a mentor beside those who waited for one",
            Whose::Mentor => "Mentors with a mentee beside those who waited for one",
            Whose::Organisation => "",
        };
        format!("{who}, {}", span(self.point))
    }

    pub fn slug(&self) -> String {
        format!("beside-{}-{}", self.whose.key(), self.point.slug())
    }

    pub fn chart(&self) -> Chart {
        let bars = self.rows.iter();
        let bars = bars.map(|row| (row.measure.title, row.difference));
        let title = format!("{}: difference of the mean changes", self.title());
        Chart::of(title, bars.collect())
    }

    pub fn sentences(&self) -> Vec<String> {
        let clear = self.rows.iter().filter(|row| row.difference.is_clear());
        let mut sentences: Vec<String> = clear
            .map(|row| {
                format!(
                    "“{}” changed by {} in the {} who had met, and by {} in the {} who waited: a \
                     difference of {} (95\u{a0}% interval {}).",
                    row.measure.title,
                    signed(row.paired.1.mean),
                    row.paired.0,
                    signed(row.waiting.1.mean),
                    row.waiting.0,
                    row.difference.mean_in_words(),
                    row.difference.interval(),
                )
            })
            .collect();
        if sentences.is_empty() {
            sentences.push(
                "These answers cannot tell the changes of the two groups apart: zero lies within \
                 every interval of their difference."
                    .to_owned(),
            );
        }
        sentences
    }
}

fn audience(whose: Whose) -> &'static str {
    match whose {
        Whose::Mentee | Whose::Mentor => "paired",
        Whose::Organisation => "everyone",
    }
}

fn find<'a>(sums: &'a [Sum], measure: &Measure, point: Point, audience: &str) -> Option<&'a Sum> {
    sums.iter()
        .find(|sum| sum.measure == measure.key && sum.point == point && sum.audience == audience)
}

fn changes(sum: &Sum) -> Sums {
    Sums {
        people: sum.people,
        sum: sum.change_sum,
        squares: sum.change_squares,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "sums of ratings are far below 2^52"
)]
fn mean(sum: i64, people: i64) -> f64 {
    sum as f64 / people as f64
}

fn span(point: Point) -> &'static str {
    match point {
        Point::Start => "at the start",
        Point::HalfWay => "from the start to half-way",
        Point::End => "from the start to the end",
    }
}

/// "0.8"; a hair below zero is none.
pub fn plain(number: f64) -> String {
    let rounded = (number * 10.0).round() / 10.0 + 0.0;
    format!("{rounded:.1}").replace('-', "−")
}

/// "+0.8", "−0.4", "0.0"
pub fn signed(number: f64) -> String {
    let words = plain(number);
    match words.as_str() {
        "0.0" => words,
        _ if words.starts_with('−') => words,
        _ => format!("+{words}"),
    }
}

/// Of an interval, so close to zero that on which side of it matters.
fn end(number: f64) -> String {
    if number.abs() < 0.05 {
        format!("{:.2}", number + 0.0).replace('-', "−")
    } else {
        plain(number)
    }
}

fn signed_end(number: f64) -> String {
    let words = end(number);
    if number > 0.0 {
        format!("+{words}")
    } else {
        words
    }
}

/// "a, b and c"
fn listed(all: &[String]) -> Option<String> {
    match all.split_last()? {
        (last, []) => Some(last.clone()),
        (last, others) => Some(format!("{} and {last}", others.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_and_signed() {
        for (number, words, with_sign) in [
            (0.84, "0.8", "+0.8"),
            (-0.45, "−0.5", "−0.5"),
            (-0.04, "0.0", "0.0"),
            (0.0, "0.0", "0.0"),
        ] {
            assert_eq!(plain(number), words);
            assert_eq!(signed(number), with_sign);
        }
    }
}
