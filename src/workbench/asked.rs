//! What a coordinator tries stands in the address: every try has a link of its own, going back undoes
//! it, and nothing is kept before it is asked for.

use super::criteria::Criterion;
use super::method::Method;
use super::own::Own;
use super::plan::Input;
use super::pool::Pool;
use crate::programmes::access::Programme;
use crate::web::form::{Problems, Typed};
use crate::web::pages;
use form_urlencoded::Serializer;

/// How many pairs are locked or forbidden, and places are tried, in one address.
const MOST: usize = 200;

/// The name of a place that is tried.
const PLACE: &str = "place";

/// Which version of the programme's own criteria others were typed over.
const VERSION: &str = "version";

/// Where a page lists what is tried with single people.
const TRIED: &str = "tried";

/// What is tried with single people. It is never the programme's own.
pub const SINGLY: [&str; 3] = ["lock", "forbid", PLACE];

/// Which page of a list is shown: of pairs, of those who have nobody, of those who would rather have each
/// other, and of those whose mentor would change.
const PAGES: [&str; 6] = ["page", "waiting", "rather", "gains", "loses", "alike"];

/// What is of one page or one press alone.
const PASSING: [&str; 10] = [
    "page", "waiting", "rather", "gains", "loses", "alike", "once", "seal", "job", HELP,
];

/// What would help is looked for longer than a page waits.
const HELP: &str = "help";

/// As it stands in the address, or was sent by a form.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub fields: Vec<(String, String)>,
}

impl Asked {
    /// What stands after the question mark of an address.
    pub fn read(query: &str) -> Self {
        let fields = form_urlencoded::parse(query.trim_start_matches('?').as_bytes());
        Self {
            fields: fields.into_owned().collect(),
        }
    }

    /// Everything that was decided in a matching, as it can be tried again among those who are here now.
    /// What counts by now and did not count then counts for nothing.
    pub fn again(of: &Input, now: &Input) -> Self {
        let mut fields = of.criteria.fields();
        let counted: Vec<String> = (of.criteria.criteria.iter())
            .map(Criterion::field)
            .collect();
        let since = now.criteria.criteria.iter().map(Criterion::field);
        fields.extend(
            since
                .filter(|field| !counted.contains(field))
                .map(|field| (field, "0".into())),
        );
        fields.push(("method".into(), of.method.slug().into()));
        let here = |mentor: i64| now.pool.mentor(mentor).is_some();
        for (name, pairs) in [("lock", &of.locked), ("forbid", &of.forbidden)] {
            let both = |(mentee, mentor): &&(i64, i64)| {
                now.pool.mentee(*mentee).is_some() && here(*mentor)
            };
            let keys = pairs.iter().filter(both);
            fields.extend(keys.map(|(mentee, mentor)| (name.into(), format!("{mentee}-{mentor}"))));
        }
        let places = of.more_places.iter().filter(|mentor| here(**mentor));
        fields.extend(places.map(|mentor| (PLACE.into(), mentor.to_string())));
        Self { fields }
    }

    pub fn typed(&self) -> Typed {
        Typed::from(self.fields.clone())
    }

    /// What is asked for, on top of what the programme's coordinators decided.
    pub fn input(&self, pool: Pool, own: Own) -> (Input, Problems) {
        let typed = self.typed();
        let mut criteria = own.criteria.clone();
        let mut problems = criteria.read(&typed);
        for (name, what) in [
            ("lock", "pairs can be locked"),
            ("forbid", "pairs can be kept apart"),
            (PLACE, "places can be tried"),
        ] {
            let tried = typed.all(name).count();
            if tried > MOST {
                problems.add(TRIED, format!("No more than {MOST} {what} at a time, and here are {tried}. Only the first {MOST} are counted: take some away"));
            }
        }
        let mut input = Input {
            own: None,
            pool,
            criteria,
            method: Method::read(typed.one("method")).unwrap_or(own.method),
            locked: pairs(&typed, "lock"),
            forbidden: pairs(&typed, "forbid"),
            more_places: (typed.all(PLACE).take(MOST))
                .filter_map(|id| id.parse().ok())
                .collect(),
        };
        let proposed = (input.pool.mentees.iter()).any(|one| one.proposed.is_some());
        if !proposed && input.tries(&own) {
            input.own = Some(own);
        }
        (input, problems)
    }

    /// What is tried with single people, as it follows on a path.
    pub fn singly(&self) -> String {
        match self.kept(&SINGLY) {
            fields if fields.is_empty() => String::new(),
            fields => Self { fields }.query(),
        }
    }

    /// Whether anything is asked for beside the page that is shown.
    pub fn tries(&self) -> bool {
        let mut names = self.fields.iter().map(|(name, _)| name.as_str());
        names.any(|name| name != VERSION && !PASSING.contains(&name))
    }

    /// The same with as much effort for those who have nobody as a job may take.
    pub fn with_help(&self) -> String {
        self.with(HELP, "all")
    }

    /// Whether it asks for so much effort.
    pub fn is_for_help(&self) -> bool {
        self.typed().one(HELP) == "all"
    }

    /// Which version of the programme's own criteria it was typed over, where it says so.
    pub fn version(&self) -> Option<String> {
        let typed = self.typed();
        Some(typed.one(VERSION).to_owned()).filter(|version| !version.is_empty())
    }

    /// Typed over this version, if it was not over another.
    pub fn over(&self, version: &str) -> Self {
        match self.version() {
            Some(_) => self.clone(),
            None => self.and(VERSION, version),
        }
    }

    pub fn without_version(mut self) -> Self {
        self.fields.retain(|(name, _)| name != VERSION);
        self
    }

    /// What is read from the job that worked it out: as an address asks for it, or as whoever was first did
    /// where that says no more than which page is shown. The same may be asked for in other words.
    pub fn of_job(id: i64, first: Asked, address: Asked) -> Self {
        let mut asked = match (address.tries(), first.version()) {
            (true, Some(version)) => address.over(&version),
            (true, None) => address,
            (false, _) => {
                let mut first = first;
                first.fields.extend(address.kept(&PAGES));
                first
            }
        };
        asked.fields.push(("job".into(), id.to_string()));
        asked
    }

    /// Where the job is that works it out, at the same page. Its address outlives the job.
    pub fn at_job(&self, programme: &Programme, id: i64) -> String {
        programme.at(&format!("/matching/jobs/{id}{}", self.whole()))
    }

    /// The same question mark and what follows it, on the pages that are shown.
    pub fn on_its_page(&self, query: &str) -> String {
        let mut pages = Serializer::new(String::new());
        pages.extend_pairs(self.kept(&PAGES));
        match pages.finish() {
            pages if pages.is_empty() => query.to_owned(),
            pages if query == "?" => format!("?{pages}"),
            pages => format!("{query}&{pages}"),
        }
    }

    /// All of it as it follows on something else in an address.
    pub fn carried(&self) -> String {
        match self.on_its_page(&self.query()).strip_prefix('?') {
            None | Some("") => String::new(),
            Some(fields) => format!("&{fields}"),
        }
    }

    /// The question mark and all of it; nothing for whoever has nothing to carry.
    pub fn whole(&self) -> String {
        match self.carried().strip_prefix('&') {
            None => String::new(),
            Some(fields) => format!("?{fields}"),
        }
    }

    /// The workbench as it was left, for whoever came from there.
    pub fn workbench(&self, programme: &Programme) -> Option<String> {
        (!self.carried().is_empty()).then(|| self.at_workbench(programme, &self.query()))
    }

    /// The workbench with something else tried, at the list that was left.
    pub fn at_workbench(&self, programme: &Programme, query: &str) -> String {
        let query = self.on_its_page(query);
        let list = match self.typed().one("waiting") {
            "" => "pairs",
            _ => "unmatched",
        };
        format!("{}{query}#{list}", programme.at("/matching"))
    }

    /// Which page of a list is shown that has so many.
    pub fn page(&self, list: &str, pages: usize) -> usize {
        pages::asked(self.typed().one(list), pages)
    }

    /// The same on one page of one list.
    pub fn on(&self, list: &str, page: usize) -> Self {
        let mut fields = self.fields.clone();
        fields.retain(|(name, _)| !PASSING.contains(&name.as_str()));
        fields.push((list.to_owned(), page.to_string()));
        Self { fields }
    }

    pub fn without_job(mut self) -> Self {
        self.fields.retain(|(name, _)| name != "job");
        self
    }

    /// With one field more. Whatever stands there already stands there once, but that places can be
    /// tried several times with the same mentor.
    pub fn and(&self, name: &str, value: &str) -> Self {
        let more = (name.to_owned(), value.to_owned());
        let mut fields = self.fields.clone();
        fields.retain(|one| name == PLACE || *one != more);
        fields.push(more);
        Self { fields }
    }

    /// With one field of this value fewer.
    pub fn less(&self, name: &str, value: &str) -> Self {
        let mut fields = self.fields.clone();
        let at = (fields.iter()).rposition(|(field, held)| field == name && held == value);
        if let Some(at) = at {
            fields.remove(at);
        }
        Self { fields }
    }

    /// The pair with a mentor that was locked last, where more of those who are here are locked to them than
    /// have a place.
    pub fn last_lock_beyond(&self, mentor: i64, places: usize, pool: &Pool) -> Option<String> {
        let theirs = |(name, value): &&(String, String)| {
            let here = |(mentee, of)| of == mentor && pool.mentee(mentee).is_some();
            name == "lock" && pair(value).is_some_and(here)
        };
        let mut locked = self.fields.iter().filter(theirs);
        let beyond = locked.clone().count() > places;
        locked
            .next_back()
            .filter(|_| beyond)
            .map(|(_, pair)| pair.clone())
    }

    /// The question mark and what follows it, with one field more.
    pub fn with(&self, name: &str, value: impl AsRef<str>) -> String {
        match PASSING.contains(&name) {
            true => {
                let query = self.query();
                let and = if query == "?" { "" } else { "&" };
                format!("{query}{and}{name}={}", value.as_ref())
            }
            false => self.and(name, value.as_ref()).query(),
        }
    }

    /// The question mark and what follows it.
    pub fn query(&self) -> String {
        let fields = (self.fields.iter()).filter(|(name, _)| !PASSING.contains(&name.as_str()));
        let mut query = Serializer::new(String::new());
        query.extend_pairs(fields);
        format!("?{}", query.finish())
    }

    /// The same with one field of this value fewer.
    pub fn without(&self, name: &str, value: impl AsRef<str>) -> String {
        self.less(name, value.as_ref()).query()
    }

    /// What a form has to carry along that asks for nothing of it itself.
    pub fn kept(&self, names: &[&str]) -> Vec<(String, String)> {
        let kept = self
            .fields
            .iter()
            .filter(|(name, _)| names.contains(&name.as_str()));
        kept.cloned().collect()
    }
}

/// "12-34"
fn pair(text: &str) -> Option<(i64, i64)> {
    let (mentee, mentor) = text.split_once('-')?;
    Some((mentee.parse().ok()?, mentor.parse().ok()?))
}

fn pairs(typed: &Typed, name: &str) -> Vec<(i64, i64)> {
    let mut pairs: Vec<(i64, i64)> = typed.all(name).take(MOST).filter_map(pair).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}
