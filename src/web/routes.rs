//! Every route says who may come in. There is no way to add one without saying it.

use crate::App;
use crate::people::acting;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{self, MethodRouter};
use axum::{Extension, Router};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Entry {
    /// Open to the world.
    Anyone,
    /// For anybody signed in; what they may do there is the handler's extractor's to say.
    SignedIn,
    /// For administrators of the installation only.
    Administrators,
}

#[derive(Clone, Debug)]
pub struct Listed {
    pub method: Method,
    pub path: &'static str,
    pub entry: Entry,
}

/// The most that is read of a request, in bytes, where it may be more than a form.
#[derive(Clone, Copy, Debug)]
pub struct Longest(pub usize);

pub struct Routes {
    app: App,
    router: Router<App>,
    list: Vec<Listed>,
}

impl Routes {
    pub fn new(app: App) -> Self {
        Routes {
            app,
            router: Router::new(),
            list: Vec::new(),
        }
    }

    pub fn get<H, T>(self, path: &'static str, entry: Entry, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let listed = Listed {
            method: Method::GET,
            path,
            entry,
        };
        self.add(listed, routing::get(handler), None)
    }

    pub fn post<H, T>(self, path: &'static str, entry: Entry, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let listed = Listed {
            method: Method::POST,
            path,
            entry,
        };
        self.add(listed, routing::post(handler), None)
    }

    /// The same for a form that brings a file along.
    pub fn post_file<H, T>(
        self,
        path: &'static str,
        entry: Entry,
        longest: Longest,
        handler: H,
    ) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let listed = Listed {
            method: Method::POST,
            path,
            entry,
        };
        let route = routing::post(handler).layer(DefaultBodyLimit::max(longest.0));
        self.add(listed, route, Some(longest))
    }

    fn add(mut self, listed: Listed, route: MethodRouter<App>, longest: Option<Longest>) -> Self {
        let app = self.app.clone();
        let route = match listed.entry {
            Entry::Anyone => route,
            Entry::SignedIn => route.route_layer(from_fn_with_state(app, acting::signed_in)),
            Entry::Administrators => {
                route.route_layer(from_fn_with_state(app, acting::administrators))
            }
        };
        let route = match longest {
            Some(longest) => route.layer(Extension(longest)),
            None => route,
        };
        self.router = self.router.route(listed.path, route);
        self.list.push(listed);
        self
    }

    /// The router, and the list that the access test walks.
    pub fn finish(self) -> (Router<App>, App, Vec<Listed>) {
        (self.router, self.app, self.list)
    }
}
