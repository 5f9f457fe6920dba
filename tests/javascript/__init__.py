"""Reference clients in JavaScript, and how tests run them."""
