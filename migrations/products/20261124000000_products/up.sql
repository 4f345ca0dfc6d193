CREATE TABLE products (
    id BINARY(16) NOT NULL PRIMARY KEY,
    -- In Spanish ñ is a letter of its own, after n.
    name VARCHAR(120) COLLATE utf8mb4_spanish_ci NOT NULL,
    code VARCHAR(40) NOT NULL,
    -- The code in lower case: what makes it unique, also among deleted products. `İ` becomes two characters.
    code_key VARCHAR(80) COLLATE utf8mb4_bin NOT NULL,
    description VARCHAR(2000) NOT NULL,
    units INT UNSIGNED NOT NULL,
    category VARCHAR(60) NOT NULL,
    -- The folded words of code, name, category and description, each with a space before it.
    words TEXT COLLATE utf8mb4_bin NOT NULL,
    version INT UNSIGNED NOT NULL,
    created_at DATETIME(6) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    updated_by BINARY(16) NOT NULL,
    updated_by_name VARCHAR(121) NOT NULL,
    deleted_at DATETIME(6),
    UNIQUE KEY products_code (code_key),
    -- One index for each order of the list, of all products and of those of one category: wherever a
    -- page begins, it is found without sorting and without a look at the rows before it.
    KEY products_by_name (deleted_at, name, id),
    KEY products_by_code (deleted_at, code_key, id),
    KEY products_by_units (deleted_at, units, id),
    KEY products_by_updated (deleted_at, updated_at, id),
    KEY products_by_category (deleted_at, category, name, id),
    KEY products_by_category_code (deleted_at, category, code_key, id),
    KEY products_by_category_units (deleted_at, category, units, id),
    KEY products_by_category_updated (deleted_at, category, updated_at, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

-- Categories, one spelling for all that differ only in case and accents (the collation's doing),
-- with the number of their products that are not deleted.
CREATE TABLE categories (
    name VARCHAR(60) NOT NULL PRIMARY KEY,
    products INT UNSIGNED NOT NULL
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

-- Inverted index: which products that are not deleted contain a word.
CREATE TABLE product_words (
    word VARCHAR(32) NOT NULL,
    product_id BINARY(16) NOT NULL,
    PRIMARY KEY (word, product_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE submissions (
    person BINARY(16) NOT NULL,
    submission BINARY(16) NOT NULL,
    fingerprint BINARY(32) NOT NULL,
    answer TEXT,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (person, submission),
    KEY submissions_created (created_at)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
