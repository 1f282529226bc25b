//! Where an application stands. It follows from the moments that are stored; a step that cannot be
//! taken from where it stands does not exist there.

use time::OffsetDateTime;

/// What is stored. See the constraints of the table: after it was sent at most one of the others
/// is there.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Moments {
    pub sent_at: Option<OffsetDateTime>,
    pub asked_at: Option<OffsetDateTime>,
    pub wait_listed_at: Option<OffsetDateTime>,
    pub approved_at: Option<OffsetDateTime>,
    pub declined_at: Option<OffsetDateTime>,
    pub withdrawn_at: Option<OffsetDateTime>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stage {
    Draft,
    Sent(Sent),
    Asked(Asked),
    WaitListed(WaitListed),
    Approved(Approved),
    Declined(Declined),
    Withdrawn(Withdrawn),
}

/// Waits for the coordinators.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sent {
    pub at: OffsetDateTime,
}

/// Waits for the applicant to answer a question.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Asked {
    pub sent: Sent,
    pub at: OffsetDateTime,
}

/// Waits for a place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct WaitListed {
    pub sent: Sent,
    pub at: OffsetDateTime,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Approved {
    pub sent: Sent,
    pub at: OffsetDateTime,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Declined {
    pub sent: Sent,
    pub at: OffsetDateTime,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Withdrawn {
    pub sent: Option<Sent>,
    pub at: OffsetDateTime,
}

/// What coordinators do to an application.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Decision {
    Approve,
    Ask,
    WaitList,
    Decline,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Name {
    Draft,
    Sent,
    Asked,
    WaitListed,
    Approved,
    Declined,
    Withdrawn,
}

impl Sent {
    pub fn ask(self, at: OffsetDateTime) -> Asked {
        Asked { sent: self, at }
    }

    pub fn wait_list(self, at: OffsetDateTime) -> WaitListed {
        WaitListed { sent: self, at }
    }

    pub fn approve(self, at: OffsetDateTime) -> Approved {
        Approved { sent: self, at }
    }

    pub fn decline(self, at: OffsetDateTime) -> Declined {
        Declined { sent: self, at }
    }
}

impl Asked {
    /// It waits as long as it has since it was sent first.
    pub fn reply(self) -> Sent {
        self.sent
    }
}

impl Stage {
    pub fn from_moments(moments: &Moments) -> Stage {
        let sent = moments.sent_at.map(|at| Sent { at });
        if let Some(at) = moments.withdrawn_at {
            return Stage::Withdrawn(Withdrawn { sent, at });
        }
        let Some(sent) = sent else {
            return Stage::Draft;
        };
        if let Some(at) = moments.declined_at {
            Stage::Declined(Declined { sent, at })
        } else if let Some(at) = moments.approved_at {
            Stage::Approved(Approved { sent, at })
        } else if let Some(at) = moments.wait_listed_at {
            Stage::WaitListed(WaitListed { sent, at })
        } else if let Some(at) = moments.asked_at {
            Stage::Asked(Asked { sent, at })
        } else {
            Stage::Sent(sent)
        }
    }

    pub fn moments(&self) -> Moments {
        let none = Moments {
            sent_at: self.sent_at(),
            ..Moments::default()
        };
        match *self {
            Stage::Draft | Stage::Sent(_) => none,
            Stage::Asked(Asked { at, .. }) => Moments {
                asked_at: Some(at),
                ..none
            },
            Stage::WaitListed(WaitListed { at, .. }) => Moments {
                wait_listed_at: Some(at),
                ..none
            },
            Stage::Approved(Approved { at, .. }) => Moments {
                approved_at: Some(at),
                ..none
            },
            Stage::Declined(Declined { at, .. }) => Moments {
                declined_at: Some(at),
                ..none
            },
            Stage::Withdrawn(Withdrawn { at, .. }) => Moments {
                withdrawn_at: Some(at),
                ..none
            },
        }
    }

    pub fn sent_at(&self) -> Option<OffsetDateTime> {
        match self {
            Stage::Draft => None,
            Stage::Sent(sent) => Some(sent.at),
            Stage::Asked(Asked { sent, .. })
            | Stage::WaitListed(WaitListed { sent, .. })
            | Stage::Approved(Approved { sent, .. })
            | Stage::Declined(Declined { sent, .. }) => Some(sent.at),
            Stage::Withdrawn(withdrawn) => withdrawn.sent.map(|sent| sent.at),
        }
    }

    /// Nobody but the applicant knows of it before.
    pub fn send(self, at: OffsetDateTime) -> Option<Stage> {
        matches!(self, Stage::Draft).then_some(Stage::Sent(Sent { at }))
    }

    pub fn decide(self, decision: Decision, at: OffsetDateTime) -> Option<Stage> {
        let sent = match (self, decision) {
            (Stage::Sent(sent), _) => sent,
            // Nobody is asked twice at once, nor put twice on a list.
            (Stage::Asked(_), Decision::Ask) | (Stage::WaitListed(_), Decision::WaitList) => {
                return None;
            }
            (Stage::Asked(Asked { sent, .. }) | Stage::WaitListed(WaitListed { sent, .. }), _) => {
                sent
            }
            (Stage::Draft | Stage::Approved(_) | Stage::Declined(_) | Stage::Withdrawn(_), _) => {
                return None;
            }
        };
        Some(match decision {
            Decision::Approve => Stage::Approved(sent.approve(at)),
            Decision::Ask => Stage::Asked(sent.ask(at)),
            Decision::WaitList => Stage::WaitListed(sent.wait_list(at)),
            Decision::Decline => Stage::Declined(sent.decline(at)),
        })
    }

    pub fn reply(self) -> Option<Stage> {
        match self {
            Stage::Asked(asked) => Some(Stage::Sent(asked.reply())),
            Stage::Draft
            | Stage::Sent(_)
            | Stage::WaitListed(_)
            | Stage::Approved(_)
            | Stage::Declined(_)
            | Stage::Withdrawn(_) => None,
        }
    }

    /// At any time, but for what is over.
    pub fn withdraw(self, at: OffsetDateTime) -> Option<Stage> {
        let sent = self.sent_at().map(|at| Sent { at });
        match self {
            Stage::Declined(_) | Stage::Withdrawn(_) => None,
            Stage::Draft
            | Stage::Sent(_)
            | Stage::Asked(_)
            | Stage::WaitListed(_)
            | Stage::Approved(_) => Some(Stage::Withdrawn(Withdrawn { sent, at })),
        }
    }

    /// What is over may be tried once more, with everything that was written.
    pub fn begin_again(self) -> Option<Stage> {
        matches!(self, Stage::Declined(_) | Stage::Withdrawn(_)).then_some(Stage::Draft)
    }

    pub fn name(&self) -> Name {
        match self {
            Stage::Draft => Name::Draft,
            Stage::Sent(_) => Name::Sent,
            Stage::Asked(_) => Name::Asked,
            Stage::WaitListed(_) => Name::WaitListed,
            Stage::Approved(_) => Name::Approved,
            Stage::Declined(_) => Name::Declined,
            Stage::Withdrawn(_) => Name::Withdrawn,
        }
    }
}

impl Name {
    /// Those that coordinators know, in the order in which they want to see them.
    pub const KNOWN: [Name; 6] = [
        Name::Sent,
        Name::Asked,
        Name::WaitListed,
        Name::Approved,
        Name::Declined,
        Name::Withdrawn,
    ];

    pub fn words(self) -> &'static str {
        match self {
            Name::Draft => "Draft",
            Name::Sent => "Waits for an answer",
            Name::Asked => "Question asked",
            Name::WaitListed => "On the waiting list",
            Name::Approved => "Approved",
            Name::Declined => "Declined",
            Name::Withdrawn => "Withdrawn",
        }
    }

    pub fn slug(self) -> &'static str {
        match self {
            Name::Draft => "draft",
            Name::Sent => "sent",
            Name::Asked => "asked",
            Name::WaitListed => "waiting-list",
            Name::Approved => "approved",
            Name::Declined => "declined",
            Name::Withdrawn => "withdrawn",
        }
    }

    /// The look of its tag.
    pub fn tag(self) -> &'static str {
        match self {
            Name::Sent => "warn",
            Name::Approved => "good",
            Name::Draft | Name::Asked | Name::WaitListed => "",
            Name::Declined | Name::Withdrawn => "quiet",
        }
    }
}

impl Decision {
    pub const ALL: [Decision; 4] = [
        Decision::Approve,
        Decision::Ask,
        Decision::WaitList,
        Decision::Decline,
    ];

    pub fn slug(self) -> &'static str {
        match self {
            Decision::Approve => "approval",
            Decision::Ask => "question",
            Decision::WaitList => "waiting-list",
            Decision::Decline => "decline",
        }
    }

    pub fn button(self) -> &'static str {
        match self {
            Decision::Approve => "Approve",
            Decision::Ask => "Ask a question",
            Decision::WaitList => "Put on the waiting list",
            Decision::Decline => "Decline",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const SENT: OffsetDateTime = datetime!(2026-03-01 09:00 UTC);
    const SINCE: OffsetDateTime = datetime!(2026-03-05 09:00 UTC);
    const NOW: OffsetDateTime = datetime!(2026-04-01 12:00 UTC);

    fn all() -> [Stage; 8] {
        let sent = Sent { at: SENT };
        [
            Stage::Draft,
            Stage::Sent(sent),
            Stage::Asked(sent.ask(SINCE)),
            Stage::WaitListed(sent.wait_list(SINCE)),
            Stage::Approved(sent.approve(SINCE)),
            Stage::Declined(sent.decline(SINCE)),
            Stage::Withdrawn(Withdrawn {
                sent: Some(sent),
                at: SINCE,
            }),
            Stage::Withdrawn(Withdrawn {
                sent: None,
                at: SINCE,
            }),
        ]
    }

    #[test]
    fn what_is_stored_is_what_it_was() {
        for stage in all() {
            assert_eq!(Stage::from_moments(&stage.moments()), stage);
        }
    }

    /// Every step from every place: where it leads, or that it does not exist there.
    #[test]
    fn every_step_leads_where_it_should() {
        type Step = fn(Stage) -> Option<Stage>;
        let steps: [(&str, Step); 8] = [
            ("send", |stage| stage.send(NOW)),
            ("approve", |stage| stage.decide(Decision::Approve, NOW)),
            ("ask", |stage| stage.decide(Decision::Ask, NOW)),
            ("wait-list", |stage| stage.decide(Decision::WaitList, NOW)),
            ("decline", |stage| stage.decide(Decision::Decline, NOW)),
            ("reply", Stage::reply),
            ("withdraw", |stage| stage.withdraw(NOW)),
            ("begin again", Stage::begin_again),
        ];
        // From where; where each of them leads, in their order.
        let table = [
            "draft        sent - - - - - withdrawn -",
            "sent         - approved asked waiting-list declined - withdrawn -",
            "asked        - approved - waiting-list declined sent withdrawn -",
            "waiting-list - approved asked - declined - withdrawn -",
            "approved     - - - - - - withdrawn -",
            "declined     - - - - - - - draft",
            "withdrawn    - - - - - - - draft",
            "withdrawn    - - - - - - - draft",
        ];
        for (stage, row) in std::iter::zip(all(), table) {
            let mut cells = row.split_whitespace();
            assert_eq!(cells.next(), Some(stage.name().slug()));
            for ((step, take), expected) in std::iter::zip(steps, cells) {
                let reached = take(stage);
                let leads = reached.map_or("-", |stage| stage.name().slug());
                assert_eq!(leads, expected, "{step} from {stage:?}");
                // It waits since it was sent, whatever was done to it since.
                let sent = stage.sent_at().or((step == "send").then_some(NOW));
                if let Some(reached) = reached.filter(|_| step != "begin again") {
                    assert_eq!(reached.sent_at(), sent, "{step} from {stage:?}");
                }
            }
        }
    }
}
