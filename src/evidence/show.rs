//! The coordinator's page of what the programme gains, and the same as a file.

use super::measures::{Point, Whose};
use super::queries;
use super::report::{Panel, Report};
use super::statistics::Estimate;
use crate::error::Result;
use crate::people::acting::About;
use crate::programmes::access::{Programme, Runs};
use crate::web::csv::{self, Cell};
use crate::web::page::{Frame, Page};
use askama::Template;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "evidence/show.html")]
struct EvidencePage {
    frame: Frame,
    programme: Programme,
    report: Report,
}

const HEADINGS: [&str; 13] = [
    "Figure",
    "Whose",
    "Statement",
    "From",
    "To",
    "Group",
    "Number",
    "Mean at the start",
    "Mean at the end",
    "Mean change",
    "Lower end of the 95 % interval",
    "Upper end of the 95 % interval",
    "Effect size",
];

pub async fn show(mut runs: Runs) -> Result<Response> {
    let report = report(&mut runs, "looked at what the programme gains").await?;
    Ok(Page(EvidencePage {
        frame: runs.frame(),
        programme: runs.programme,
        report,
    })
    .into_response())
}

pub async fn download(mut runs: Runs) -> Result<Response> {
    let report = report(&mut runs, "downloaded what the programme gains").await?;
    Ok(csv::download("evidence", &HEADINGS, rows(&report)))
}

/// Whoever looks is who makes sums of what has come together; each look leaves its trace.
async fn report(runs: &mut Runs, act: &'static str) -> Result<Report> {
    let programme = runs.programme.id;
    let acting = &mut runs.acting;
    queries::make_batches(acting, programme).await?;
    let sums = queries::sums(acting, programme).await?;
    let asked = queries::asked_twice(acting, programme).await?;
    let report = Report {
        objectives: queries::objectives(acting, programme).await?,
        left: queries::have_left(acting, programme).await?,
        ..Report::of(&sums, &asked)
    };
    acting
        .record_reading(act, [About::Programme(programme)])
        .await?;
    Ok(report)
}

fn rows(report: &Report) -> Vec<Vec<Cell>> {
    let mut rows: Vec<Vec<Cell>> = report.panels.iter().flat_map(changes).collect();
    for beside in &report.beside {
        for row in &beside.rows {
            let what = (beside.whose, row.measure.title, beside.point);
            let people = row.waiting.0;
            rows.push(line("change", what, "waiting", people, row.waiting.1));
            let people = row.paired.0 + row.waiting.0;
            let group = "having met, less waiting";
            rows.push(line(
                "difference of changes",
                what,
                group,
                people,
                row.difference,
            ));
        }
    }
    if let Some(objectives) = &report.objectives {
        for (figure, count) in [
            ("closed pairings", objectives.pairings),
            ("objectives signed off", objectives.signed_off),
            ("objectives handed on", objectives.handed_on),
            ("objectives dropped", objectives.dropped),
            ("objectives left open", objectives.left_open),
        ] {
            let mut cells = vec![Cell::from(""); HEADINGS.len()];
            cells[0] = figure.into();
            cells[6] = Cell::Count(count);
            rows.push(cells);
        }
    }
    rows
}

fn changes(panel: &Panel) -> Vec<Vec<Cell>> {
    let group = match panel.whose {
        Whose::Mentee | Whose::Mentor => "having met",
        Whose::Organisation => "everybody",
    };
    let shown = panel.rows.iter();
    let shown = shown.filter_map(|row| Some((row.measure, row.change.as_ref()?)));
    shown
        .map(|(measure, change)| {
            let what = (panel.whose, measure.title, panel.point);
            let mut cells = line("change", what, group, change.people, change.estimate);
            if let Some((start, later)) = change.means {
                cells[7] = Cell::Number(start);
                cells[8] = Cell::Number(later);
            }
            cells
        })
        .collect()
}

fn line(
    figure: &str,
    (whose, statement, point): (Whose, &str, Point),
    group: &str,
    people: i64,
    found: Estimate,
) -> Vec<Cell> {
    vec![
        figure.into(),
        whose.title().into(),
        statement.into(),
        Point::Start.words().into(),
        point.words().into(),
        group.into(),
        Cell::Count(people),
        "".into(),
        "".into(),
        Cell::Number(found.mean),
        Cell::Number(found.low),
        Cell::Number(found.high),
        Cell::Number(found.effect),
    ]
}
