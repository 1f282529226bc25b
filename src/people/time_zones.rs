//! The time zones a person or a programme may be in: those whose rules Postgres knows.

use sqlx::PgExecutor;
use tokio::sync::OnceCell;

/// Read once, for Postgres takes a while to list them.
static NAMES: OnceCell<Vec<String>> = OnceCell::const_new();

/// Every name that may be kept.
pub async fn known(db: impl PgExecutor<'_>) -> sqlx::Result<&'static [String]> {
    let names = NAMES
        .get_or_try_init(|| async {
            sqlx::query_scalar!(
                r#"select name as "name!" from pg_timezone_names where name !~ '^(posix|right)' order by name"#
            )
            .fetch_all(db)
            .await
        })
        .await?;
    Ok(names)
}

/// Those to choose from: one per place, and the one chosen already.
pub async fn offered(db: impl PgExecutor<'_>, chosen: &str) -> sqlx::Result<Vec<&'static str>> {
    const REGIONS: [&str; 10] = [
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    ];
    let named_by_place = |name: &str| {
        name.split_once('/')
            .is_some_and(|(region, _)| REGIONS.contains(&region))
    };
    Ok(known(db)
        .await?
        .iter()
        .map(String::as_str)
        .filter(|name| *name == chosen || *name == "UTC" || named_by_place(name))
        .collect())
}
