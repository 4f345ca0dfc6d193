// @generated automatically by Diesel CLI.

diesel::table! {
    accounts (id) {
        #[max_length = 16]
        id -> Binary,
        #[max_length = 60]
        first_name -> Varchar,
        #[max_length = 60]
        last_name -> Varchar,
        #[max_length = 254]
        email -> Varchar,
        #[max_length = 508]
        email_key -> Varchar,
        #[max_length = 255]
        password_hash -> Varchar,
        #[max_length = 20]
        role -> Varchar,
        #[max_length = 2]
        language -> Char,
        created_at -> Datetime,
        updated_at -> Datetime,
        disabled_at -> Nullable<Datetime>,
        last_seen_at -> Nullable<Datetime>,
        epoch -> Unsigned<Integer>,
    }
}

diesel::table! {
    factors (account_id) {
        #[max_length = 16]
        account_id -> Binary,
        #[max_length = 64]
        secret -> Varbinary,
        confirmed_at -> Nullable<Datetime>,
        last_step -> Unsigned<Bigint>,
    }
}

diesel::table! {
    invitations (id) {
        #[max_length = 16]
        id -> Binary,
        #[max_length = 32]
        link -> Binary,
        #[max_length = 254]
        email -> Varchar,
        #[max_length = 20]
        role -> Varchar,
        #[max_length = 16]
        invited_by -> Binary,
        #[max_length = 121]
        invited_by_name -> Varchar,
        created_at -> Datetime,
        expires_at -> Datetime,
        revoked_at -> Nullable<Datetime>,
        accepted_at -> Nullable<Datetime>,
    }
}

diesel::table! {
    jobs (id) {
        #[max_length = 16]
        id -> Binary,
        #[max_length = 40]
        kind -> Varchar,
        input -> Text,
        position -> Text,
        steps -> Unsigned<Integer>,
        done -> Unsigned<Integer>,
        total -> Nullable<Unsigned<Integer>>,
        run_at -> Nullable<Datetime>,
        lease -> Unsigned<Integer>,
        #[max_length = 64]
        replica -> Varchar,
        tries -> Unsigned<Integer>,
        #[max_length = 255]
        last_error -> Nullable<Varchar>,
        created_at -> Datetime,
        taken_at -> Nullable<Datetime>,
        ended_at -> Nullable<Datetime>,
        failed_at -> Nullable<Datetime>,
    }
}

diesel::table! {
    links (id) {
        #[max_length = 32]
        id -> Binary,
        #[max_length = 16]
        account_id -> Binary,
        #[max_length = 20]
        kind -> Varchar,
        #[max_length = 254]
        detail -> Varchar,
        created_at -> Datetime,
        expires_at -> Datetime,
        used_at -> Nullable<Datetime>,
    }
}

diesel::table! {
    mails (id) {
        #[max_length = 16]
        id -> Binary,
        #[max_length = 254]
        recipient -> Varchar,
        #[max_length = 200]
        subject -> Varchar,
        body -> Text,
        created_at -> Datetime,
        expires_at -> Datetime,
        next_try_at -> Nullable<Datetime>,
        tries -> Unsigned<Integer>,
        sent_at -> Nullable<Datetime>,
        #[max_length = 255]
        last_error -> Nullable<Varchar>,
    }
}

diesel::table! {
    passkeys (id) {
        #[max_length = 255]
        id -> Varbinary,
        #[max_length = 16]
        account_id -> Binary,
        #[max_length = 60]
        name -> Varchar,
        credential -> Text,
        created_at -> Datetime,
        last_used_at -> Nullable<Datetime>,
    }
}

diesel::table! {
    recovery_codes (account_id, code) {
        #[max_length = 16]
        account_id -> Binary,
        #[max_length = 32]
        code -> Binary,
        used_at -> Nullable<Datetime>,
    }
}

diesel::table! {
    security_log (id) {
        #[max_length = 16]
        id -> Binary,
        at -> Datetime,
        #[max_length = 40]
        event -> Varchar,
        #[max_length = 16]
        actor_id -> Nullable<Binary>,
        #[max_length = 254]
        actor -> Varchar,
        #[max_length = 16]
        subject_id -> Nullable<Binary>,
        #[max_length = 254]
        subject -> Varchar,
        #[max_length = 255]
        detail -> Varchar,
        #[max_length = 45]
        address -> Varchar,
        #[max_length = 255]
        agent -> Varchar,
        #[max_length = 64]
        request_id -> Varchar,
        times -> Unsigned<Integer>,
        since -> Nullable<Datetime>,
    }
}

diesel::table! {
    settings (name) {
        #[max_length = 40]
        name -> Varchar,
        #[max_length = 255]
        value -> Varbinary,
    }
}

diesel::table! {
    sign_ins (id) {
        #[max_length = 32]
        id -> Binary,
        #[max_length = 16]
        account_id -> Binary,
        #[max_length = 45]
        address -> Varchar,
        #[max_length = 255]
        agent -> Varchar,
        created_at -> Datetime,
        last_seen_at -> Datetime,
        ended_at -> Nullable<Datetime>,
        #[max_length = 20]
        ended_because -> Nullable<Varchar>,
        lingering -> Bool,
    }
}

diesel::table! {
    submissions (person, submission) {
        #[max_length = 16]
        person -> Binary,
        #[max_length = 16]
        submission -> Binary,
        #[max_length = 32]
        fingerprint -> Binary,
        answer -> Nullable<Text>,
        created_at -> Datetime,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    accounts,
    factors,
    invitations,
    jobs,
    links,
    mails,
    passkeys,
    recovery_codes,
    security_log,
    settings,
    sign_ins,
    submissions,
);
