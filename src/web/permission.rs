//! Roles and their permissions, in one table.

use serde::{Deserialize, Serialize};

use super::{Language, Person, Visitor};
use crate::error::{Error, Result};

/// What somebody's account is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Administrator,
    Manager,
    Clerk,
    Viewer,
}

/// Something that not everyone may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    SeeProducts,
    EditProducts,
    DeleteProducts,
    ManagePeople,
    /// See and retry background jobs.
    Operate,
}

impl Permission {
    pub const ALL: [Self; 5] =
        [Self::SeeProducts, Self::EditProducts, Self::DeleteProducts, Self::ManagePeople, Self::Operate];
}

impl Role {
    /// From the most to the least.
    pub const ALL: [Self; 4] = [Self::Administrator, Self::Manager, Self::Clerk, Self::Viewer];

    /// The table.
    pub fn may(self, permission: Permission) -> bool {
        use Permission::{DeleteProducts, EditProducts, ManagePeople, Operate, SeeProducts};
        match self {
            Self::Administrator => {
                matches!(permission, SeeProducts | EditProducts | DeleteProducts | ManagePeople | Operate)
            }
            Self::Manager => matches!(permission, SeeProducts | EditProducts | DeleteProducts),
            Self::Clerk => matches!(permission, SeeProducts | EditProducts),
            Self::Viewer => matches!(permission, SeeProducts),
        }
    }

    /// The role's name for people.
    pub fn name(self, language: Language) -> String {
        language.text(&format!("role-{}", self.key()))
    }

    /// The same for a stored role, which may be one of another release.
    pub fn name_of(key: &str, language: Language) -> String {
        Self::from_key(key).map_or_else(|| key.to_owned(), |role| role.name(language))
    }

    /// The name in the database and in forms.
    pub fn key(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Manager => "manager",
            Self::Clerk => "clerk",
            Self::Viewer => "viewer",
        }
    }

    /// The role with this name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }
}

/// The signed-in person, if their role may do this.
pub fn allowed(visitor: &Visitor, permission: Permission) -> Result<&Person> {
    let person = visitor.person()?;
    if person.role.may(permission) { Ok(person) } else { Err(Error::Forbidden) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_what_the_next_one_may_and_more() {
        for pair in Role::ALL.windows(2) {
            let may = |role: Role| Permission::ALL.into_iter().filter(|what| role.may(*what)).count();
            assert!(Permission::ALL.into_iter().all(|what| pair[0].may(what) || !pair[1].may(what)));
            assert!(may(pair[0]) > may(pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn roles_survive_their_names() {
        for role in Role::ALL {
            assert_eq!(Role::from_key(role.key()), Some(role));
        }
    }
}
