"""What people write in the demo world: templates of tickets and comments, in the language of the office."""
