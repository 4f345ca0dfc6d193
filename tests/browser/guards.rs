//! What watches over the other journeys does see something.

use crate::axe::look;
use crate::chromium::browse;
use crate::site::Site;

#[test]
fn a_violated_policy_and_a_failed_script_are_noticed() {
    browse(Site::new(), async |tab, _| {
        tab.open("/").await;
        assert_eq!(tab.complaints().await, [""; 0]);
        tab.eval("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')").await;
        assert!(tab.complaints().await.iter().any(|words| words.contains("Content Security Policy")));
        tab.eval("setTimeout(() => { throw new Error('a mistake of ours') })").await;
        tab.wait_for("new Promise(resolve => setTimeout(() => resolve(true)))").await;
        assert!(tab.complaints().await.iter().any(|words| words.contains("a mistake of ours")));
    });
}

#[test]
fn a_picture_without_a_text_is_found_by_axe() {
    browse(Site::new(), async |tab, _| {
        tab.open("/").await;
        tab.eval("document.querySelector('.brand img').removeAttribute('alt')").await;
        assert_eq!(look(tab, "light").await[0]["id"], "image-alt");
    });
}
