//! Programmes like those of a large company, made up: what people know, where they sit and when they
//! can meet, and eight criteria that coordinators would use.

use crate::dice::{Dice, Popularity};
use crate::matching::kernel::{ALLOWED, HALF_HOURS, Hours, Kernel, Kinds, Part, Rule, Week};
use std::sync::Arc;

const SKILLS: u16 = 256;
/// Of each department, skills that are at home there.
const OWN_SKILLS: u16 = 32;
const DEPARTMENTS: u16 = 40;
const DEPARTMENTS_A_DIVISION: u16 = 8;
const SITES: u16 = 12;
const SITES_A_COUNTRY: u16 = 2;
/// Hours before or after UTC, of each country.
const CLOCKS: [i16; 6] = [-8, -5, 0, 1, 5, 8];
const COMPANY_LANGUAGE: u16 = 1;
const HOURS_A_WEEK: i16 = 168;

/// How many mentees a mentor takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Places {
    Tight,
    Ample,
    Scarce,
    Each(u16),
}

impl Places {
    pub fn read(name: &str) -> Option<Self> {
        match name {
            "tight" => Some(Self::Tight),
            "ample" => Some(Self::Ample),
            "scarce" => Some(Self::Scarce),
            number => number.parse().ok().map(Self::Each),
        }
    }

    pub fn of_each(self, mentors: usize, dice: &mut Dice) -> Vec<u32> {
        let (least, most) = match self {
            Self::Tight => (1, 5),
            Self::Ample => (3, 9),
            Self::Scarce => (1, 3),
            Self::Each(number) => (number, number),
        };
        (0..mentors)
            .map(|_| u32::from(dice.between(least, most)))
            .collect()
    }
}

pub fn programme(mentees: usize, mentors: u16, seed: u64) -> Kernel {
    let mut dice = Dice::new(seed);
    let company = Company {
        skills: Popularity::new(SKILLS, 10),
        own_skills: Popularity::new(OWN_SKILLS, 7),
    };
    let mentees: Vec<_> = (0..mentees).map(|_| company.mentee(&mut dice)).collect();
    let mentors: Vec<_> = (0..mentors).map(|_| company.mentor(&mut dice)).collect();
    let two = Two {
        mentees: &mentees,
        mentors: &mentors,
    };
    let criteria = vec![
        two.skills(),
        two.grades(),
        two.departments(),
        two.sites(),
        two.hours(),
        two.languages(),
        two.wishes(&mut dice),
        two.experience(&mut dice),
    ];
    let rules = vec![two.understand_each_other(), two.are_not_excluded(&mut dice)];
    Kernel::new(mentees.len(), mentors.len(), criteria, rules)
}

struct Person {
    /// What a mentee wants the most comes first.
    skills: Vec<u16>,
    department: u16,
    site: u16,
    grade: u16,
    /// A bit for the company's, and one for each country's.
    languages: u16,
    week: Week,
}

struct Company {
    skills: Popularity,
    own_skills: Popularity,
}

impl Company {
    fn mentee(&self, dice: &mut Dice) -> Person {
        let (skills, grade) = (dice.between(3, 6), dice.between(2, 6));
        self.person(skills, grade, dice)
    }

    fn mentor(&self, dice: &mut Dice) -> Person {
        let (skills, grade) = (dice.between(4, 12), dice.between(6, 11));
        self.person(skills, grade, dice)
    }

    fn person(&self, skills: u16, grade: u16, dice: &mut Dice) -> Person {
        let department = dice.below(DEPARTMENTS);
        let site = match dice.percent(60) {
            true => department % SITES,
            false => dice.below(SITES),
        };
        let country = site / SITES_A_COUNTRY;
        Person {
            skills: self.skills(skills, department, dice),
            department,
            site,
            grade,
            languages: languages(country, dice),
            week: week(CLOCKS[usize::from(country)], dice),
        }
    }

    fn skills(&self, number: u16, department: u16, dice: &mut Dice) -> Vec<u16> {
        let mut skills = Vec::new();
        while skills.len() < usize::from(number) {
            let skill = match dice.percent(60) {
                true => (department * 29 + self.own_skills.draw(dice) * 7) % SKILLS,
                false => self.skills.draw(dice),
            };
            if !skills.contains(&skill) {
                skills.push(skill);
            }
        }
        skills
    }
}

fn languages(country: u16, dice: &mut Dice) -> u16 {
    let of_country = COMPANY_LANGUAGE << (1 + country);
    match (dice.percent(95), dice.percent(70)) {
        (true, true) => COMPANY_LANGUAGE | of_country,
        (true, false) => COMPANY_LANGUAGE,
        (false, _) => of_country,
    }
}

/// Some hours between 08 and 18 where somebody lives, at lunch and in the late afternoon more often.
fn week(clock: i16, dice: &mut Dice) -> Week {
    let mut half_hours = Vec::new();
    for _ in 0..dice.between(3, 10) {
        let hour = match dice.percent(50) {
            true => dice.one_of(&[12, 13, 16, 17]).unwrap_or(12),
            false => dice.between(8, 17),
        };
        let there = (dice.below(5) * 24 + hour).cast_signed();
        let begin = usize::from((there - clock).rem_euclid(HOURS_A_WEEK).cast_unsigned());
        half_hours.extend([2 * begin, 2 * begin + 1]);
    }
    half_hours.into_iter().collect()
}

/// Those who are to be matched, and what is asked of the two of a pair.
struct Two<'a> {
    mentees: &'a [Person],
    mentors: &'a [Person],
}

impl Two<'_> {
    /// 4,000 points: half of them for the two skills that the mentee wants the most.
    fn skills(&self) -> Part {
        let mut offered = vec![Vec::new(); usize::from(SKILLS)];
        for (mentor, person) in (0..).zip(self.mentors) {
            for skill in &person.skills {
                offered[usize::from(*skill)].push(mentor);
            }
        }
        let wanted = self.mentees.iter().map(|mentee| {
            let others = (1..).take(mentee.skills.len() - 2).last().unwrap_or(1);
            let points = [1_000; 2]
                .into_iter()
                .chain(std::iter::repeat(2_000 / others));
            mentee.skills.iter().copied().zip(points).collect()
        });
        Part::Things {
            wanted: wanted.collect(),
            offered,
        }
    }

    /// 1,500 points for two to four grades more.
    fn grades(&self) -> Part {
        self.by_kind(
            |person| person.grade,
            |mentee, mentor| match mentor.saturating_sub(mentee) {
                0 => 0,
                1 | 5 => 900,
                2..=4 => 1_500,
                _ => 400,
            },
        )
    }

    /// 1,000 points for somebody from elsewhere.
    fn departments(&self) -> Part {
        self.by_kind(
            |person| person.department,
            |mentee, mentor| {
                let division = |department| department / DEPARTMENTS_A_DIVISION;
                match (mentee == mentor, division(mentee) == division(mentor)) {
                    (true, _) => 200,
                    (_, true) => 700,
                    _ => 1_000,
                }
            },
        )
    }

    /// 1,000 points for the same site.
    fn sites(&self) -> Part {
        self.by_kind(
            |person| person.site,
            |mentee, mentor| {
                let country = |site| site / SITES_A_COUNTRY;
                match (mentee == mentor, country(mentee) == country(mentor)) {
                    (true, _) => 1_000,
                    (_, true) => 500,
                    _ => 0,
                }
            },
        )
    }

    /// 1,000 points for four hours in common.
    fn hours(&self) -> Part {
        let weeks = |people: &[Person]| people.iter().map(|one| one.week).collect::<Vec<_>>();
        let rising = (0..).step_by(125).take(8);
        let points = rising.chain(std::iter::repeat(1_000)).take(HALF_HOURS + 1);
        Part::Hours {
            hours: Arc::new(Hours::new(weeks(self.mentees), &weeks(self.mentors))),
            points: points.collect(),
        }
    }

    /// 200 points for a language besides the company's.
    fn languages(&self) -> Part {
        self.by_kind(
            |person| person.languages,
            |mentee, mentor| match mentee & mentor & !COMPANY_LANGUAGE {
                0 => 0,
                _ => 200,
            },
        )
    }

    /// 1,000 points for whom the mentee would like the most. A few mentors are wished for by many.
    fn wishes(&self, dice: &mut Dice) -> Part {
        let popularity = Popularity::new(index(self.mentors.len()), 9);
        let points = self.mentees.iter().map(|_| {
            let number = match dice.percent(40) {
                true => dice.between(1, 5),
                false => 0,
            };
            let mut wishes: Vec<(u32, u16)> = Vec::new();
            for rank in 0..number {
                let mentor = u32::from(popularity.draw(dice));
                if wishes.iter().all(|(wished, _)| *wished != mentor) {
                    wishes.push((mentor, 1_000 - 150 * rank));
                }
            }
            wishes
        });
        Part::Named {
            points: points.collect(),
        }
    }

    /// 300 points for the half of mentors who have been mentors before.
    fn experience(&self, dice: &mut Dice) -> Part {
        let points = self.mentors.iter().map(|_| match dice.percent(50) {
            true => 300,
            false => 0,
        });
        Part::Mentor {
            points: points.collect(),
        }
    }

    fn understand_each_other(&self) -> Rule {
        Rule::Kinds(self.kinds(
            |person| person.languages,
            |mentee, mentor| match mentee & mentor {
                0 => 0,
                _ => ALLOWED,
            },
        ))
    }

    /// Not one's manager, nor the mentor that one has had, nor whom one would rather not have.
    fn are_not_excluded(&self, dice: &mut Dice) -> Rule {
        let mut of_department = vec![Vec::new(); usize::from(DEPARTMENTS)];
        for (mentor, person) in (0..).zip(self.mentors) {
            of_department[usize::from(person.department)].push(mentor);
        }
        let everybody: Vec<u32> = (0..).take(self.mentors.len()).collect();
        let excluded = self.mentees.iter().map(|mentee| {
            let own = &of_department[usize::from(mentee.department)];
            let of_these = [(50, own), (20, &everybody), (5, &everybody)];
            (of_these.into_iter())
                .filter_map(|(percent, some)| dice.one_of(some).filter(|_| dice.percent(percent)))
                .collect()
        });
        Rule::Named(excluded.collect())
    }

    fn by_kind(&self, kind: fn(&Person) -> u16, points: fn(u16, u16) -> u16) -> Part {
        Part::Kinds(self.kinds(kind, points))
    }

    fn kinds(&self, kind: fn(&Person) -> u16, number: fn(u16, u16) -> u16) -> Kinds {
        let of = |people: &[Person]| people.iter().map(kind).collect();
        Kinds::new(of(self.mentees), of(self.mentors), number)
    }
}

fn index(number: usize) -> u16 {
    u16::try_from(number).expect("no more mentors than 16 bits can number")
}
