use super::super::pool::Mentor;
use super::*;
use crate::matching::marks::Marks;
use crate::matching::scores::{Matrix, NOT_ALLOWED, Scores, score};
use crate::matching::watch::Watch;
use crate::questions::{Audience, Choice, Kind, Question, Readers};

/// Numbers that are the same every time (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }

    fn some(&mut self, of: i64, most: u64) -> Vec<i64> {
        let mut some: Vec<i64> = (0..of).filter(|_| self.below(3) == 0).collect();
        some.truncate(usize::try_from(self.below(most + 1)).unwrap());
        some
    }

    fn person(&mut self, id: i64) -> Person {
        let grade = i16::try_from(self.below(8)).unwrap();
        let answers = [
            (1, Answer::Point(i16::try_from(1 + self.below(5)).unwrap())),
            (
                2,
                Answer::Choices(vec![i64::try_from(self.below(3)).unwrap()]),
            ),
            (3, Answer::Ranked(self.some(6, 3))),
            (4, Answer::Choices(self.some(6, 6))),
        ];
        let answered = answers.into_iter().filter(|_| self.below(5) > 0).collect();
        let skill_places = self
            .some(12, 5)
            .into_iter()
            .rev()
            .zip(1..)
            .collect::<BTreeMap<_, _>>();
        Person {
            id,
            name: format!("Person {id}"),
            job_title: String::new(),
            department: [
                "",
                "Finance",
                "finance ",
                "Sales",
                "Sales / North",
                "Sales > South",
            ][usize::try_from(self.below(6)).unwrap()]
            .into(),
            location: ["Leeds", "Pune", ""][usize::try_from(self.below(3)).unwrap()].into(),
            grade: (grade > 0).then_some(grade),
            languages: ["English", "Welsh", "Dutch"]
                .into_iter()
                .filter(|_| self.below(2) == 0)
                .map(String::from)
                .collect(),
            half_hours: (0..336).filter(|_| self.below(40) == 0).collect(),
            skills: skill_places.keys().copied().collect(),
            skill_places,
            answers: answered,
        }
    }
}

fn question(id: i64, kind: Kind) -> Question {
    let choice = |id: i64| Choice {
        id,
        wording: format!("Choice {id}"),
    };
    Question {
        id,
        kind,
        wording: format!("Question {id}"),
        hint: String::new(),
        asked_of: Audience::Both,
        required: false,
        for_matching: true,
        readers: Readers::Coordinators,
        points: (kind == Kind::Scale).then_some(5),
        least: String::new(),
        most: String::new(),
        ranks: (kind == Kind::Ranked).then_some(3),
        choices: (0..6).map(choice).collect(),
        archived: false,
        answered: true,
    }
}

fn pool(dice: &mut Dice) -> Pool {
    let mentees = (100..112).map(|id| Mentee {
        person: dice.person(id),
        since: time::Date::MIN,
        wishes: dice.some(10, 5),
        proposed: None,
        unwilling: dice.some(10, 1),
        in_line: dice.some(10, 1),
        before: dice.some(10, 1),
    });
    let mentees = mentees.collect();
    let mentors = (0..10).map(|id| Mentor {
        person: dice.person(id),
        capacity: 2,
        taken: 0,
        away: false,
        experienced: dice.below(2) == 0,
    });
    Pool {
        mentors: mentors.collect(),
        mentees,
        scales: BTreeMap::from([(1, 5)]),
        ..Pool::default()
    }
}

#[test]
fn the_explanation_is_the_score() {
    let mut dice = Dice(11);
    let questions = [
        (1, Kind::Scale),
        (2, Kind::One),
        (3, Kind::Ranked),
        (4, Kind::Many),
    ];
    let questions = questions.map(|(id, kind)| question(id, kind));
    let (mut allowed, mut kept_apart) = (0, 0);
    for _ in 0..60 {
        let pool = pool(&mut dice);
        let mut criteria = Criteria::suggested(&questions);
        for one in &mut criteria.criteria {
            one.weight = u16::try_from(dice.below(101)).unwrap();
            one.must = dice.below(12) == 0;
            let choices = u64::try_from(one.choices.len()).unwrap();
            one.wanted = one.choices[usize::try_from(dice.below(choices)).unwrap()];
        }
        criteria.rules.half_hours_least = u16::try_from(dice.below(2)).unwrap();
        criteria.rules.score_least = u16::try_from(dice.below(3) * 1000).unwrap();
        let scoring = Scoring::new(&pool, &criteria);
        let scores = Matrix::of(&scoring.kernel);
        same_marks(&scoring.kernel, &[(2, 3), (2, 5), (7, 0)]);
        for mentee in 0..pool.mentees.len() {
            for mentor in 0..pool.mentors.len() {
                let points = scoring.explain(mentee, mentor);
                let sum: u16 = points.iter().map(|one| one.points).sum();
                assert!(
                    points
                        .iter()
                        .all(|one| one.points <= one.most && !one.words.is_empty())
                );
                let blocked = scoring.blockers(mentee, mentor).next().is_some();
                let mark = scores.mark(mentee, mentor);
                assert_eq!(scoring.kernel.mark(mentee, mentor), mark);
                assert_eq!(mark == NOT_ALLOWED, blocked);
                if !blocked {
                    assert_eq!(score(mark), Some(sum));
                    allowed += 1;
                } else {
                    kept_apart += 1;
                }
            }
        }
    }
    assert!(
        allowed > 500 && kept_apart > 500,
        "{allowed} and {kept_apart}"
    );
}

#[test]
fn where_nobody_is_there_is_nothing_to_score() {
    let mut dice = Dice(5);
    let criteria = Criteria::suggested(&[question(1, Kind::Scale), question(4, Kind::Many)]);
    for (mentees, mentors) in [(0, 0), (0, 10), (12, 0)] {
        let mut pool = pool(&mut dice);
        pool.mentees.truncate(mentees);
        pool.mentors.truncate(mentors);
        let kernel = Scoring::new(&pool, &criteria).kernel;
        let scores = Matrix::of(&kernel);
        assert_eq!((scores.mentees(), scores.mentors()), (mentees, mentors));
    }
}

/// Whether marks are kept or worked out each time, they are the same.
fn same_marks(kernel: &Kernel, apart: &[(u32, u32)]) {
    let kept = Marks::kept(kernel, apart, &Watch::default()).unwrap();
    let priced = Marks::priced(kernel, apart);
    let mut space = vec![NOT_ALLOWED; kernel.mentors()];
    let mut kept_apart = 0;
    for mentee in 0..kernel.mentees() {
        let row: Vec<_> = priced.row(mentee, &mut space).allowed().collect();
        let same: Vec<_> = kept.row(mentee, &mut []).allowed().collect();
        assert_eq!(row, same);
        for mentor in 0..kernel.mentors() {
            assert_eq!(priced.mark(mentee, mentor), kept.mark(mentee, mentor));
            let changed = kernel.mark(mentee, mentor) != kept.mark(mentee, mentor);
            kept_apart += usize::from(changed);
        }
    }
    assert!(kept_apart <= apart.len());
}

/// Two people of whom nothing is known but this.
fn two_people(one: impl Fn(&mut Person), other: impl Fn(&mut Person)) -> Pool {
    let (mut tom, mut maya) = (Person::default(), Person::default());
    (tom.id, maya.id) = (1, 2);
    one(&mut tom);
    other(&mut maya);
    let mut pool = pool(&mut Dice(1));
    pool.mentees.truncate(1);
    pool.mentors.truncate(1);
    let Mentee {
        unwilling,
        in_line,
        before,
        ..
    } = &mut pool.mentees[0];
    for keeps_apart in [unwilling, in_line, before] {
        keeps_apart.clear();
    }
    pool.mentees[0].person = tom;
    pool.mentors[0].person = maya;
    pool.skills = [(1, "SQL"), (2, "Budgets"), (3, "Writing")]
        .map(|(id, name)| (id, name.to_owned()))
        .into();
    pool.choices = pool.skills.clone();
    pool
}

#[test]
fn what_has_to_be_is_not_only_near() {
    let grade = |grade: Option<i16>| move |one: &mut Person| one.grade = grade;
    for (mentor, suits) in [
        (Some(4), true),
        (Some(7), true),
        (Some(3), false),
        (Some(8), false),
        (None, false),
    ] {
        let pool = two_people(grade(Some(3)), grade(mentor));
        let of = Of::BuiltIn(BuiltIn::Seniority);
        assert_eq!(may(&pool, of, Wanted::Similar), suits, "{mentor:?}");
    }
    let department = |name: &'static str| move |one: &mut Person| one.department = name.into();
    for (mentor, same, different) in [
        ("ops > fleet", true, false),
        ("Ops / Depots", false, true),
        ("Sales", false, true),
        ("", false, false),
    ] {
        let pool = two_people(department("Ops / Fleet"), department(mentor));
        let of = Of::BuiltIn(BuiltIn::Department);
        let wants = [Wanted::Same, Wanted::Different];
        assert_eq!(
            wants.map(|wanted| may(&pool, of, wanted)),
            [same, different]
        );
    }
}

#[test]
fn what_has_to_be_near_on_a_scale_is_beside_it() {
    let point =
        |point| move |one: &mut Person| one.answers = BTreeMap::from([(1, Answer::Point(point))]);
    for (mentor, near, above, other) in [
        (2, true, false, false),
        (3, true, true, true),
        (1, true, false, true),
        (4, false, true, true),
    ] {
        let pool = two_people(point(2), point(mentor));
        let of = Of::Question(1);
        let wants = [Wanted::Similar, Wanted::Higher, Wanted::Different];
        assert_eq!(
            wants.map(|wanted| may(&pool, of, wanted)),
            [near, above, other]
        );
    }
}

/// Whether two may be paired where one criterion has to be as it is wanted.
fn may(pool: &Pool, of: Of, wanted: Wanted) -> bool {
    let questions = [question(1, Kind::Scale)];
    let mut criteria = Criteria::suggested(&questions);
    for one in criteria.criteria.iter_mut().filter(|one| one.of == of) {
        (one.must, one.wanted) = (true, wanted);
    }
    let kernel = Scoring::new(pool, &criteria).kernel;
    let marked = kernel.mark(0, 0) != NOT_ALLOWED;
    assert_eq!(Matrix::of(&kernel).mark(0, 0) != NOT_ALLOWED, marked);
    marked
}

/// What one criterion gives to two people if nothing else counts, and in which words.
fn given(pool: &Pool, of: Of, wanted: Wanted) -> (u16, String) {
    let questions = [question(4, Kind::Many)];
    let mut criteria = Criteria::suggested(&questions);
    for one in &mut criteria.criteria {
        one.weight = u16::from(one.of == of);
        one.wanted = wanted;
    }
    let points = Scoring::new(pool, &criteria).explain(0, 0);
    let [one] = &points[..] else {
        panic!("one criterion counts")
    };
    (one.points, one.words.clone())
}

#[test]
fn departments_of_one_division_are_nearer_than_others() {
    let table = [
        ("Finance", "finance", 0, 10_000, "Both in Finance"),
        (
            "Finance",
            "Sales",
            10_000,
            0,
            "Different departments: Finance and Sales",
        ),
        ("Finance", "", 0, 0, "Not known of both"),
        (
            "Ops / Depots",
            "Ops / depots",
            0,
            10_000,
            "Both in Ops / Depots",
        ),
        (
            "Ops / Depots",
            "Ops > Fleet",
            5_000,
            5_000,
            "Different departments: Ops / Depots and Ops > Fleet, both in Ops",
        ),
        (
            "Ops / Depots",
            "Ops",
            5_000,
            5_000,
            "Different departments: Ops / Depots and Ops, both in Ops",
        ),
        (
            "Ops / Depots",
            "Sales / Depots",
            10_000,
            0,
            "Different departments: Ops / Depots and Sales / Depots",
        ),
    ];
    for (own, theirs, apart, near, words) in table {
        let pool = two_people(
            |one| one.department = own.into(),
            |one| one.department = theirs.into(),
        );
        let of = Of::BuiltIn(BuiltIn::Department);
        assert_eq!(given(&pool, of, Wanted::Different), (apart, words.into()));
        assert_eq!(given(&pool, of, Wanted::Same), (near, words.into()));
    }
}

#[test]
fn the_skill_that_is_named_first_counts_most() {
    let of = Of::BuiltIn(BuiltIn::Skills);
    let wants = |places: &'static [(i64, i16)]| {
        move |one: &mut Person| {
            one.skill_places = places.iter().copied().collect();
            one.skills = one.skill_places.keys().copied().collect();
        }
    };
    let offers = |skills: &'static [i64]| move |one: &mut Person| one.skills = skills.to_vec();
    let table: [(_, &'static [i64], _, _); 5] = [
        (
            wants(&[(1, 3), (2, 1), (3, 2)]),
            &[2],
            5_000,
            "1 of the 3 skills wanted: Budgets (1st)",
        ),
        (
            wants(&[(1, 3), (2, 1), (3, 2)]),
            &[1],
            1_667,
            "1 of the 3 skills wanted: SQL (3rd)",
        ),
        (
            wants(&[(1, 3), (2, 1), (3, 2)]),
            &[1, 2],
            6_667,
            "2 of the 3 skills wanted: Budgets (1st), SQL (3rd)",
        ),
        (
            wants(&[(1, 1), (2, 1)]),
            &[1],
            5_000,
            "1 of the 2 skills wanted: SQL",
        ),
        (wants(&[]), &[1], 0, "No skills wanted yet"),
    ];
    for (wants, skills, points, words) in table {
        let pool = two_people(wants, offers(skills));
        assert_eq!(given(&pool, of, Wanted::Shared), (points, words.into()));
    }
}

#[test]
fn what_is_complementary_is_what_the_mentee_has_not() {
    let of = Of::Question(4);
    let names = |named: &'static [i64]| {
        move |one: &mut Person| {
            let answer = Answer::Choices(named.to_vec());
            one.answers = BTreeMap::from([(4, answer)]);
        }
    };
    let table: [(&'static [i64], &'static [i64], u16, &str); 3] = [
        (
            &[1],
            &[1, 2, 3],
            10_000,
            "2 of the 2 that the mentee has not: Budgets, Writing",
        ),
        (&[1, 2], &[1, 2], 0, "Nothing that the mentee has not"),
        (
            &[3],
            &[1],
            10_000,
            "1 of the 1 that the mentee has not: SQL",
        ),
    ];
    for (own, theirs, points, words) in table {
        let pool = two_people(names(own), names(theirs));
        assert_eq!(
            given(&pool, of, Wanted::Complementary),
            (points, words.into())
        );
    }
    let silent = two_people(|_| {}, names(&[1]));
    assert_eq!(
        given(&silent, of, Wanted::Complementary),
        (0, "The mentee has not answered".into())
    );
}

#[test]
fn points_are_as_they_are_said_to_be() {
    let rules = Rules::default();
    let grades = [
        (None, 0),
        (Some(2), 0),
        (Some(3), 500),
        (Some(4), 1000),
        (Some(7), 1000),
        (Some(8), 500),
        (Some(9), 0),
    ];
    for (mentor, points) in grades {
        assert_eq!(
            grade_points(&rules, Some(3), mentor, 1000),
            points,
            "{mentor:?}"
        );
    }
    for (common, points) in [(0, 0), (1, 250), (3, 750), (4, 1000), (336, 1000)] {
        assert_eq!(hours_points(&rules, common, 1000), points);
    }
    for (wanted, mentor, points) in [
        (Wanted::Similar, Some(2), 1000),
        (Wanted::Similar, Some(5), 250),
        (Wanted::Different, Some(5), 750),
        (Wanted::Same, Some(2), 1000),
        (Wanted::Same, Some(3), 0),
        (Wanted::Higher, Some(5), 750),
        (Wanted::Higher, Some(2), 0),
        (Wanted::Higher, Some(1), 0),
        (Wanted::Similar, None, 0),
    ] {
        assert_eq!(scale_points(wanted, (Some(2), mentor), 5, 1000), points);
    }
    assert_eq!(
        shares(&[(7, 3), (8, 2), (9, 1)], 1000),
        [(7, 500), (8, 333), (9, 167)]
    );
    // Of seven that weigh the same, none has more than a hundredth more.
    let alike: Vec<(i64, u16)> = (0..7).map(|thing| (thing, 1)).collect();
    let shared: Vec<u16> = (shares(&alike, 1000).iter())
        .map(|(_, points)| *points)
        .collect();
    assert_eq!(shared, [143, 143, 143, 143, 143, 143, 142]);
    assert_eq!(shares(&[], 1000), []);
    assert_eq!(
        weighed(Some(&Answer::Ranked(vec![7, 8, 9]))),
        [(7, 3), (8, 2), (9, 1)]
    );
    assert_eq!(points(3105), "31.05");
    assert_eq!(
        [1, 2, 3, 5].map(length),
        ["30 minutes", "1 hour", "1½ hours", "2½ hours"]
    );
}
