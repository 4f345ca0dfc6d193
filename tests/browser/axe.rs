//! axe-core looks at pages, in both colour schemes, on a phone and on a desktop.

use serde_json::{Value, json};

use crate::tab::{Size, Tab};

const AXE: &str = include_str!("vendor/axe/axe.min.js");

const LOOK: &str = "
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const say = ({ id, help, nodes }) => ({ id, help, nodes: nodes.map(n => [n.html, n.failureSummary]) });
    axe.run(document, { runOnly: tags, resultTypes: ['violations'] })
        .then(({ violations }) => done(violations.map(say)), error => done([String(error)]));
";

/// Nothing is wrong with what the tab shows, and nothing sticks out at the side.
pub async fn inspect(tab: &Tab, state: &str) {
    for size in [Size::Phone, Size::Desktop] {
        tab.resize(size).await;
        let widest = tab.eval("document.documentElement.scrollWidth - innerWidth").await;
        assert!(widest.as_i64().is_some_and(|over| over <= 0), "{state}, {size:?}: {widest} px too wide");
        for scheme in ["light", "dark"] {
            let found = look(tab, scheme).await;
            assert_eq!(found, json!([]), "{state}, {size:?}, {scheme}: {found:#}");
        }
    }
}

/// What axe finds, if anything.
pub async fn look(tab: &Tab, scheme: &str) -> Value {
    // Without motion no colour is on its way to another.
    let features = json!([
        { "name": "prefers-color-scheme", "value": scheme },
        { "name": "prefers-reduced-motion", "value": "reduce" },
    ]);
    tab.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    if tab.eval("typeof axe").await == "undefined" {
        // As DevTools do it: a script of the page's would need the policy's leave.
        tab.devtools("Runtime.evaluate", json!({ "expression": AXE })).await;
    }
    tab.run(LOOK).await
}
