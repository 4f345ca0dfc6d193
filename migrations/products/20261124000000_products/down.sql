DROP TABLE submissions;
DROP TABLE product_words;
DROP TABLE categories;
DROP TABLE products;
